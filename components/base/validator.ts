import * as pulumi from "@pulumi/pulumi";
import { distance } from "fastest-levenshtein";

/**
 * A mistake in a component's arguments, found before anything is created. Its message is one sentence: which argument,
 * what value it has, what is allowed, and what to do. The Pulumi CLI shows the sentence without a stack trace.
 */
export class ArgumentError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.name = "ArgumentError";
    // When an output is refused, Pulumi writes the name of the property that it went into before the sentence.
    Object.defineProperty(this, "message", { get: () => message, set: () => undefined });
  }
}

/** Stands in messages for a value that nobody may see. */
export const hidden = Symbol("not shown");

/** Refuses the arguments of one component. */
export class Validator {
  /** @param component how messages name the component, such as `ProxiedDatabase "sample"` */
  constructor(readonly component: string) {}

  /**
   * Refuses a value with a sentence that ends in `rule`.
   *
   * @throws ArgumentError always
   */
  refuse(argument: string, value: unknown, rule: string): never {
    throw new ArgumentError(`${this.component}: ${argument} is ${show(value)}, but ${rule}.`);
  }

  /**
   * Refuses an argument that does not exist, and names the one that was likely meant.
   *
   * @param parent the argument that it was given in; empty for the component itself
   * @throws ArgumentError always
   */
  refuseUnknown(parent: string, key: string, known: readonly string[]): never {
    const prefix = parent === "" ? "" : `${parent}.`;
    const meant = nearest(key, known);
    const advice =
      meant === undefined ? `${parent || "it"} takes ${known.join(", ")}.` : `did you mean "${prefix}${meant}"?`;
    throw new ArgumentError(`"${prefix}${key}" is not an argument of ${this.component}: ${advice}`);
  }

  /** A text of a given form. */
  matching(argument: string, value: unknown, form: RegExp, rule: string): string {
    return typeof value === "string" && form.test(value) ? value : this.refuse(argument, value, rule);
  }

  /** A text of a given form, unless it is an output: most outputs are what AWS says of a resource, and right. */
  matchingIfPlain(argument: string, value: pulumi.Input<string>, form: RegExp, rule: string): void {
    if (!isOutput(value)) this.matching(argument, value, form, rule);
  }

  /** A text that is none of the reserved ones. Upper and lower case are the same. */
  notReserved(argument: string, value: string, reserved: ReadonlySet<string>, rule: string): string {
    return reserved.has(value.toLowerCase()) ? this.refuse(argument, value, rule) : value;
  }

  /** One of a few words. */
  oneOf<T extends string>(argument: string, value: unknown, allowed: readonly T[]): T {
    const found = allowed.find((word) => word === value);
    return found ?? this.refuse(argument, value, `it must be one of ${allowed.map((word) => `"${word}"`).join(", ")}`);
  }

  /** A whole number from `min` to `max`. */
  wholeNumber(argument: string, value: unknown, min: number, max: number, unit: string): number {
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    return this.refuse(argument, value, `it must be a whole number of ${unit} from ${min} to ${max}`);
  }
}

/** Whether the value is known only later. */
export function isOutput(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Whether the value is an object with named entries: no list, no function, no output. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isOutput(value);
}

function show(value: unknown): string {
  if (value === hidden) return "a value that is not shown here";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (isOutput(value)) return "an output";
  if (typeof value === "function") return "a function";
  if (pulumi.Resource.isInstance(value)) return "a resource";
  // JSON has no NaN and no infinity.
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** The name that differs least, if it is near enough to be the one that was meant. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const [found] = known
    .map((name) => ({ name, changes: changesBetween(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, changes }) => changes <= Math.max(1, name.length / 3))
    .sort((one, other) => one.changes - other.changes);
  return found?.name;
}

/** How many letters differ. A part of a name, such as `memory` of `memorySize`, counts as two at most. */
function changesBetween(given: string, known: string): number {
  const isPart = given.length > 3 && known.includes(given);
  return Math.min(distance(given, known), isPart ? 2 : Infinity);
}
