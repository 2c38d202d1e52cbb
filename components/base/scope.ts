import * as pulumi from "@pulumi/pulumi";
import type { Fields } from "./fields";
import { type ArgsOf, isSameClass, overridden, type Override, type ResourceClass } from "./override";

/** Tags, by their keys. */
export type Tags = Record<string, pulumi.Input<string>>;

/** Tags among the arguments of a component. */
export function checkTags(given: Fields<{ tags?: Tags | undefined }>): Tags {
  return given.texts("tags", "tags by their keys") ?? {};
}

/**
 * What all children of a component have in common: their parent, the tags, the user's overrides, and a name that begins with
 * the component's, so that two components in one program never clash.
 */
export class Scope {
  /** Overrides that have changed a child. */
  private usedOverrides = new Set<Override>();

  constructor(
    /** The component's own name. */
    readonly name: string,
    /** The component. */
    readonly parent: pulumi.Resource,
    /** Tags for every child that can carry tags. */
    readonly tags: Tags = {},
    private readonly overrides: readonly Override[] = [],
    /** ARN of the policy that limits what the component's roles may do at most. */
    readonly permissionsBoundary?: pulumi.Input<string>,
  ) {}

  /** Creates a child named `<component>-<key>`. */
  create<C extends ResourceClass>(
    type: C,
    key: string,
    args: ArgsOf<C>,
    opts: pulumi.CustomResourceOptions = {},
  ): InstanceType<C> {
    const name = `${this.name}-${key}`;
    const changes = this.overrides.filter((change) => isSameClass(change.type, type));
    for (const change of changes) this.usedOverrides.add(change);
    const child = overridden(changes, name, args as object, { parent: this.parent, ...opts });
    const construct = type as unknown as new (
      name: string,
      args: object,
      opts: pulumi.CustomResourceOptions,
    ) => InstanceType<C>;
    return new construct(name, child.args, child.opts);
  }

  /** The same for a part of the component, whose children are named `<component>-<part>-<key>`. */
  below(part: string): Scope {
    const scope = new Scope(`${this.name}-${part}`, this.parent, this.tags, this.overrides, this.permissionsBoundary);
    scope.usedOverrides = this.usedOverrides;
    return scope;
  }

  /**
   * Warns of overrides that change nothing.
   *
   * @param later classes of children that may still be created
   */
  checkOverrides(later: readonly ResourceClass[] = []): void {
    for (const change of this.overrides) {
      const { type } = change;
      if (this.usedOverrides.has(change) || later.some((other) => isSameClass(type, other))) continue;
      this.warn(
        `An override of ${type.name} changes nothing, since the component creates no such resource: remove it.`,
      );
    }
  }

  /** Options of a look-up made for this component, so that it uses the component's provider. */
  get lookup(): pulumi.InvokeOptions {
    return { parent: this.parent };
  }

  /** Warns the user, in preview and deployment, of something that works but is likely a mistake. */
  warn(sentence: string): void {
    void pulumi.log.warn(sentence, this.parent);
  }
}
