import { isDeepStrictEqual } from "node:util";
import { rulesOf, withoutIndices } from "./rules";
import type { TypeRules } from "./typeRules";
import { defaultsKey, isWireAsset, unknown, type WireProperties, withoutNotes } from "./values";

/** One property that differs. */
export interface Change {
  /** The property's path, such as `auths[0].secretArn`. */
  path: string;
  kind: "add" | "delete" | "update";
}

/**
 * Compares old inputs with new ones, and returns where they differ in a way that counts for the provider. A value that is not known
 * yet counts as changed.
 */
export function changesBetween(old: WireProperties, wanted: WireProperties, rules: TypeRules): Change[] {
  return new Comparison(rules).objects(withoutNotes(old), withoutNotes(wanted), "");
}

/** What a change of inputs means for a resource. */
export interface Plan {
  changes: Change[];
  /** Paths of the changes that AWS cannot make to a resource that exists. */
  replacing: string[];
  /** Whether the old resource has to go first, because both would have the same name. */
  deleteFirst: boolean;
}

/** Plans what a change of inputs does to a resource of a type. Pulumi's engine and the loop of `npm run local` both ask here. */
export function planOf(type: string, old: WireProperties, wanted: WireProperties): Plan {
  const rules = rulesOf(type);
  const changes = changesBetween(old, wanted, rules);
  const replacing = changes.filter((change) => replaces(rules, change)).map(({ path }) => path);
  const deleteFirst = rules.deleteFirst === true || keepsName(rules, wanted);
  return { changes, replacing, deleteFirst: replacing.length > 0 && deleteFirst };
}

/** Whether the program itself gives the resource a name, which then cannot exist twice. */
function keepsName({ autoname = "" }: TypeRules, wanted: WireProperties): boolean {
  return wanted[autoname] !== undefined && !((wanted[defaultsKey] ?? []) as string[]).includes(autoname);
}

/** Whether a change makes the provider replace the resource. */
export function replaces({ replace = [], replaceIfSetOrUnset = [] }: TypeRules, { path, kind }: Change): boolean {
  const full = withoutIndices(path);
  const [top = ""] = full.split(/[.[]/);
  return replace.includes(top) || replace.includes(full) || (kind !== "update" && replaceIfSetOrUnset.includes(top));
}

class Comparison {
  constructor(private readonly rules: TypeRules) {}

  objects(old: WireProperties, wanted: WireProperties, path: string): Change[] {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
    return keys.flatMap((key) => this.values(old[key], wanted[key], joined(path, key)));
  }

  private values(old: unknown, wanted: unknown, path: string): Change[] {
    const { absent = {}, computed = [], sets = [], json = [] } = this.rules;
    const means = (value: unknown) => (isNone(value) || value === absent[path] ? undefined : value);
    const [before, after] = [means(old), means(wanted)];
    if (before === undefined && after === undefined) return [];
    if (after === undefined) return computed.includes(path) ? [] : [{ path, kind: "delete" }];
    if (after === unknown) return [{ path, kind: before === undefined ? "add" : "update" }];
    if (before === undefined) return [{ path, kind: "add" }];
    if (isWireAsset(before) && isWireAsset(after)) return before.hash === after.hash ? [] : [{ path, kind: "update" }];
    const name = withoutIndices(path);
    if (Array.isArray(before) && Array.isArray(after)) {
      return sets.includes(name) ? this.lists(sorted(before), sorted(after), path) : this.lists(before, after, path);
    }
    if (isObject(before) && isObject(after)) return this.objects(before, after, path);
    const isSame = isDeepStrictEqual(before, after) || (json.includes(name) && saysTheSame(before, after));
    return isSame ? [] : [{ path, kind: "update" }];
  }

  private lists(old: unknown[], wanted: unknown[], path: string): Change[] {
    const length = Math.max(old.length, wanted.length);
    return Array.from({ length }, (_, index) => this.values(old[index], wanted[index], `${path}[${index}]`)).flat();
  }
}

/** Pulumi's notation for property paths: a key that is no identifier is in quotes. */
function joined(path: string, key: string): string {
  if (!/^[a-z_]\w*$/i.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function sorted(values: unknown[]): unknown[] {
  return values.toSorted((left, right) => JSON.stringify(left).localeCompare(JSON.stringify(right)));
}

function saysTheSame(left: unknown, right: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(String(left)), JSON.parse(String(right)));
  } catch {
    return false;
  }
}

/** Terraform knows no difference between a list without elements and none. */
function isNone(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function isObject(value: unknown): value is WireProperties {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isWireAsset(value);
}
