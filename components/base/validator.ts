import * as pulumi from "@pulumi/pulumi";

/**
 * A mistake in a component's arguments, found before anything is created. Its message is one sentence: which argument,
 * what value it has, what is allowed, and what to do.
 */
export class ArgumentError extends Error {
  constructor(component: string, argument: string, value: unknown, rule: string) {
    super(`${component}: ${argument} is ${show(value)}, but ${rule}.`);
    this.name = "ArgumentError";
  }
}

/** Stands in messages for a value that nobody may see. */
export const hidden = Symbol("not shown");

function show(value: unknown): string {
  if (value === hidden) return "a text that is not shown here";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return "an output";
  if (typeof value === "function") return "a function";
  // JSON has no NaN and no infinity.
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** Checks the arguments of one component. What TypeScript refuses is checked too where JavaScript and JSON do not. */
export class Validator {
  /** @param component how the component is named in messages, such as `ProxiedDatabase "sample"` */
  constructor(readonly component: string) {}

  /** Refuses `value` with a sentence that ends in `rule`. */
  refuse(argument: string, value: unknown, rule: string): never {
    throw new ArgumentError(this.component, argument, value, rule);
  }

  /** A whole number from `min` to `max`. */
  wholeNumber(argument: string, value: number, min: number, max: number, unit: string): number {
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    this.refuse(argument, value, `it must be a whole number of ${unit} from ${min} to ${max}`);
  }

  /** One of a few words. */
  oneOf<T extends string>(argument: string, value: string, allowed: readonly T[]): T {
    const found = allowed.find((word) => word === value);
    return found ?? this.refuse(argument, value, `it must be one of ${allowed.map((word) => `"${word}"`).join(", ")}`);
  }

  /** A text of a given form. */
  matching(argument: string, value: string, form: RegExp, rule: string): string {
    return typeof value === "string" && form.test(value) ? value : this.refuse(argument, value, rule);
  }

  /** A text that is none of those which are taken. Upper and lower case are the same. */
  notReserved(argument: string, value: string, reserved: ReadonlySet<string>, rule: string): string {
    return reserved.has(value.toLowerCase()) ? this.refuse(argument, value, rule) : value;
  }

  /** A text of a given form, unless it is an output: most of those are what AWS says of a resource, and right. */
  matchingIfPlain(argument: string, value: pulumi.Input<string>, form: RegExp, rule: string): void {
    if (typeof value !== "object") this.matching(argument, value, form, rule);
  }

  /** Refuses arguments that do not exist, such as mistyped ones: those that do are all among the settings made of them. */
  noOther<S extends object>(argument: string, given: object, settings: S): S {
    const other = Object.keys(given).find((name) => !(name in settings));
    if (other === undefined) return settings;
    const known = Object.keys(settings).join(", ");
    this.refuse(argument, other, `there is no argument of that name: use ${known}`);
  }
}
