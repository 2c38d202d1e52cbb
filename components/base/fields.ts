import type * as pulumi from "@pulumi/pulumi";
import { hidden, isOutput, isRecord, type Validator } from "./validator";

/** Names of the arguments; of all of them where there are several kinds of arguments. */
type KeyOf<A> = A extends unknown ? Extract<keyof A, string> : never;

/** Arguments with passwords in them. What stands in the place of one of their objects may be a password too. */
const passwordHolders = /^(credentials|users)(\.|$)/;

interface NumberRule {
  min: number;
  max: number;
  /** What the number counts, such as `seconds`. */
  unit: string;
  /** One more number that is allowed. */
  or?: number;
}

/**
 * Reads an object of arguments, one argument at a time: checks its type and fills in its default. What TypeScript refuses is
 * checked too, because JavaScript and JSON do not. `end` refuses every argument that was not read, such as a mistyped one.
 */
export class Fields<A extends object> {
  private readonly given: Record<string, unknown>;
  private readonly read = new Set<string>();

  /**
   * @param path where the object stands in the component's arguments, such as `database.existing`; empty for the arguments
   *   themselves
   * @param given the object; no object has no arguments
   * @throws ArgumentError when it is something else
   */
  constructor(
    readonly check: Validator,
    private readonly path: string,
    given: A = {} as A,
  ) {
    if (!isRecord(given)) {
      check.refuse(
        path || "args",
        insteadOfObject(path, given),
        `it must be an object with the arguments ${path ? `of ${path}` : "by their names"}`,
      );
    }
    this.given = given;
  }

  /** How messages name an argument. */
  name(key: KeyOf<A>): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  /** The value as it was given: for what has rules of its own. */
  value(key: KeyOf<A>): unknown {
    this.read.add(key);
    return this.given[key];
  }

  /** Refuses the value of an argument. */
  refuse(key: KeyOf<A>, rule: string): never {
    return this.check.refuse(this.name(key), this.value(key), rule);
  }

  boolean<D extends boolean | undefined>(key: KeyOf<A>, fallback: D): boolean | D {
    const value = this.value(key);
    if (value === undefined) return fallback;
    return typeof value === "boolean" ? value : this.refuse(key, "it must be true or false, without quotes");
  }

  number<D extends number | undefined>(key: KeyOf<A>, { min, max, unit, or }: NumberRule, fallback: D): number | D {
    const given = this.value(key);
    // The default is checked too: its range may depend on other arguments.
    const value = given === undefined ? fallback : given;
    if (value === undefined || value === or) return value as D;
    return this.check.wholeNumber(this.name(key), value, min, max, unit);
  }

  oneOf<T extends string, D extends NoInfer<T> | undefined>(key: KeyOf<A>, allowed: readonly T[], fallback: D): T | D {
    const value = this.value(key);
    return value === undefined ? fallback : this.check.oneOf(this.name(key), value, allowed);
  }

  /** A text that is known when the program is written. */
  text<D extends string | undefined>(key: KeyOf<A>, form: RegExp, rule: string, fallback: D): string | D {
    const value = this.value(key);
    return value === undefined ? fallback : this.check.matching(this.name(key), value, form, rule);
  }

  /** A text that may be an output. */
  input(key: KeyOf<A>, form: RegExp, rule: string): pulumi.Input<string> | undefined {
    return this.value(key) === undefined ? undefined : this.requiredInput(key, form, rule);
  }

  requiredInput(key: KeyOf<A>, form: RegExp, rule: string): pulumi.Input<string> {
    const value = this.value(key) as pulumi.Input<string>;
    this.check.matchingIfPlain(this.name(key), value, form, rule);
    return value;
  }

  /** A list, such as `["a", "b"]`; never an output, because its length decides what is created. */
  list(key: KeyOf<A>, what: string): unknown[] | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    return Array.isArray(value)
      ? (value as unknown[])
      : this.refuse(key, `it must be a list of ${what} in square brackets`);
  }

  /** An object with names that the user chooses. */
  record(key: KeyOf<A>, what: string): Record<string, unknown> | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (isRecord(value)) return value;
    const name = this.name(key);
    return this.check.refuse(name, insteadOfObject(name, value), `it must be an object with ${what}`);
  }

  /** Texts by name, each of which may be an output. */
  texts(key: KeyOf<A>, what: string): Record<string, pulumi.Input<string>> | undefined {
    const texts = this.record(key, what);
    for (const [name, value] of Object.entries(texts ?? {})) {
      if (typeof value === "string" || isOutput(value)) continue;
      this.check.refuse(`${this.name(key)}.${name}`, value, "it must be a text: put it in quotes");
    }
    return texts as Record<string, pulumi.Input<string>> | undefined;
  }

  /** An object with arguments of its own, if it was given. */
  optionalObject<B extends object>(key: KeyOf<A>): Fields<B> | undefined {
    return this.value(key) === undefined ? undefined : this.object<B>(key);
  }

  /** An object with arguments of its own, all left out if it was not given. */
  object<B extends object>(key: KeyOf<A>): Fields<B> {
    return new Fields<B>(this.check, this.name(key), this.value(key) as B);
  }

  /** Refuses an argument that nobody has read. */
  end(): void {
    const other = Object.keys(this.given).find((key) => !this.read.has(key));
    if (other === undefined) return;
    this.check.refuseUnknown(this.path, other, [...this.read]);
  }
}

/** A value that stands where an object should, as messages show it. */
function insteadOfObject(argument: string, value: unknown): unknown {
  return passwordHolders.test(argument) && value !== null ? hidden : value;
}
