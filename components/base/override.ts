import * as pulumi from "@pulumi/pulumi";
import type { Fields } from "./fields";
import { hidden, isRecord } from "./validator";

/** A class of resources that a provider offers, such as `aws.rds.Proxy`. */
export type ResourceClass = new (name: string, args: never, opts?: never) => pulumi.Resource;
export type ArgsOf<C extends ResourceClass> = NonNullable<ConstructorParameters<C>[1]>;

/** A change to the children of a component. {@link override} makes it. */
export interface Override {
  /** The class of the resources that it changes. */
  readonly type: ResourceClass;
  /** Returns the arguments of one of them. */
  readonly args: (args: object, name: string) => object;
  /** Options that are added to those of the component. */
  readonly opts: pulumi.ResourceOptions;
}

/**
 * Changes arguments or options of the resources that a component creates, for what the component has no argument for.
 *
 * ```ts
 * new ProxiedDatabase("orders", {
 *   overrides: [
 *     override(aws.rds.Instance, { performanceInsightsEnabled: true }),
 *     override(aws.ec2.SecurityGroup, (args, name) => (name === "orders-proxy" ? { ...args, name: "proxy" } : args)),
 *   ],
 * });
 * ```
 *
 * @param type class of the resources; every child of that class is changed
 * @param change arguments that replace the component's, or a function that gets the component's arguments and the child's
 *   name, and returns the arguments to use
 * @param opts options that are added to the component's, such as `{ protect: true }` or `{ ignoreChanges: ["tags"] }`
 */
export function override<C extends ResourceClass>(
  type: C,
  change: Partial<ArgsOf<C>> | ((args: ArgsOf<C>, name: string) => ArgsOf<C>),
  opts: pulumi.ResourceOptions = {},
): Override {
  const args = typeof change === "function" ? change : (given: object) => ({ ...given, ...(change as object) });
  return { type, args: args as unknown as Override["args"], opts };
}

/** Whether two classes are the same. With two copies of a provider's package, each type of resource has two classes. */
export function isSameClass(one: ResourceClass, other: ResourceClass): boolean {
  const typeOf = (type: ResourceClass) => (type as { __pulumiType?: string }).__pulumiType;
  return one === other || (typeOf(one) !== undefined && typeOf(one) === typeOf(other));
}

/** Applies overrides to a child, in the order in which they were given. */
export function overridden<A extends object, O extends pulumi.ResourceOptions>(
  overrides: readonly Override[],
  name: string,
  args: A,
  opts: O,
): { args: A; opts: O } {
  return overrides.reduce(
    (child, change) => ({
      args: change.args(child.args, name) as A,
      opts: pulumi.mergeOptions(child.opts, change.opts) as O,
    }),
    { args, opts },
  );
}

/** Overrides among the arguments of a component. */
export function checkOverrides(given: Fields<{ overrides?: Override[] | undefined }>): Override[] {
  const overrides = given.list("overrides", "overrides") ?? [];
  for (const change of overrides) {
    const isOverride =
      isRecord(change) &&
      typeof change.type === "function" &&
      typeof change.args === "function" &&
      isRecord(change.opts);
    if (isOverride) continue;
    given.check.refuse(
      "one of overrides",
      // It may have a password among its arguments.
      hidden,
      "it must be made by the function override: override(aws.rds.Instance, { … })",
    );
  }
  return overrides as Override[];
}
