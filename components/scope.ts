import type * as pulumi from "@pulumi/pulumi";

/** A class of resources that the provider offers, such as `aws.rds.Proxy`. */
type ResourceClass = new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => pulumi.Resource;
type ArgsOf<C extends ResourceClass> = NonNullable<ConstructorParameters<C>[1]>;

/**
 * What every child of a component has in common: the component as its parent, a name that begins with the component's
 * (so that two components in one program never clash) and the component's tags.
 */
export class Scope {
  constructor(
    /** The component's own name. */
    readonly name: string,
    /** The component. */
    readonly parent: pulumi.Resource,
    /** Tags for every child that can carry tags. */
    readonly tags: Record<string, pulumi.Input<string>> = {},
  ) {}

  /** Creates a child named `<component>-<key>`. */
  create<C extends ResourceClass>(
    type: C,
    key: string,
    args: ArgsOf<C>,
    opts: pulumi.CustomResourceOptions = {},
  ): InstanceType<C> {
    const construct = type as unknown as new (
      name: string,
      args: ArgsOf<C>,
      opts: pulumi.CustomResourceOptions,
    ) => InstanceType<C>;
    return new construct(`${this.name}-${key}`, args, { parent: this.parent, ...opts });
  }

  /** Options of a look-up made for this component, so that it uses the component's provider. */
  get lookup(): pulumi.InvokeOutputOptions {
    return { parent: this.parent };
  }
}
