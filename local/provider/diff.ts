import { isDeepStrictEqual } from "node:util";
import type { TypeRules } from "./rules";
import { isWireAsset, unknown, type WireProperties, withoutNotes } from "./values";

/** One property that differs. */
export interface Change {
  /** The property's path, such as `auths[0].secretArn`. */
  path: string;
  kind: "add" | "delete" | "update";
}

/**
 * Compares old inputs with new ones, and returns where they differ. A value that is not known yet counts as changed. The
 * order in a set means nothing, and JSON is compared by what it says.
 */
export function changesBetween(
  old: WireProperties,
  wanted: WireProperties,
  { sets = [], json = [] }: TypeRules,
): Change[] {
  const normalised = (properties: WireProperties) =>
    Object.fromEntries(
      Object.entries(withoutNotes(properties)).map(([key, value]) => {
        if (sets.includes(key) && Array.isArray(value)) return [key, sorted(value)];
        return [key, json.includes(key) ? parsed(value) : value];
      }),
    );
  return compareObjects(normalised(old), normalised(wanted), "");
}

function sorted(values: unknown[]): unknown[] {
  const order = (value: unknown) => JSON.stringify(value);
  return values.toSorted((left, right) => order(left).localeCompare(order(right)));
}

function parsed(value: unknown): unknown {
  try {
    return typeof value === "string" && value !== unknown ? (JSON.parse(value) as unknown) : value;
  } catch {
    return value;
  }
}

function compare(old: unknown, wanted: unknown, path: string): Change[] {
  if (isAbsent(old) && isAbsent(wanted)) return [];
  if (isAbsent(old)) return [{ path, kind: "add" }];
  if (isAbsent(wanted)) return [{ path, kind: "delete" }];
  if (wanted === unknown) return [{ path, kind: "update" }];
  if (isWireAsset(old) && isWireAsset(wanted)) return old.hash === wanted.hash ? [] : [{ path, kind: "update" }];
  if (Array.isArray(old) && Array.isArray(wanted)) return compareLists(old, wanted, path);
  if (isObject(old) && isObject(wanted)) return compareObjects(old, wanted, path);
  return isDeepStrictEqual(old, wanted) ? [] : [{ path, kind: "update" }];
}

function compareLists(old: unknown[], wanted: unknown[], path: string): Change[] {
  const length = Math.max(old.length, wanted.length);
  return Array.from({ length }, (_, index) => compare(old[index], wanted[index], `${path}[${index}]`)).flat();
}

function compareObjects(old: WireProperties, wanted: WireProperties, path: string): Change[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
  return keys.flatMap((key) => compare(old[key], wanted[key], joined(path, key)));
}

/** Pulumi's notation for property paths: a key that is no identifier is in quotes. */
function joined(path: string, key: string): string {
  if (!/^[a-z_]\w*$/i.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is WireProperties {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isWireAsset(value);
}
