import { escape, escapeId } from "mysql2";
import { UsageError } from "./errors";

/** A value that can be put into a statement. A list becomes `a, b`, for `in (?)`; a list of lists `(a, b), (c, d)`, for `values ?`. */
export type Value = string | number | bigint | boolean | null | Date | Uint8Array | readonly Value[];

/**
 * Values of a statement: in the order of its `?`, or by the names after its `:`. What has the type of an interface, TypeScript takes
 * as `{ ...order }` only.
 */
export type Values = readonly Value[] | Readonly<Record<string, Value>>;

/** Strings, quoted names and comments, which are left alone; then what stands for a value: `??`, `?` or `:name`. */
const tokens = new RegExp(
  [
    /'(?:[^'\\]|\\[^]|'')*'/,
    /"(?:[^"\\]|\\[^]|"")*"/,
    /`(?:[^`]|``)*`/,
    /--(?=\s|$)[^\n]*|#[^\n]*/,
    /\/\*(?![!+])[^]*?\*\//,
    /(?<identifier>\?\?)|(?<position>\?)/,
    /(?<![\w:]):(?<name>[A-Za-z_]\w*)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

/**
 * Puts values into a statement, so that it can be sent as one text and nothing has to be prepared. `?` or `:name` stands for a
 * value, `??` for one name, of a schema, table or column: `??.??` for two. mysql2 escapes them.
 *
 * Dates are written in UTC.
 *
 * @throws UsageError when a value is missing, is one too many, or is of a kind that SQL does not have
 */
export function withValues(sql: string, values: Values = []): string {
  if (values.length === 0 && !sql.includes("?")) return sql;
  const used = new Set<string>();
  let position = 0;
  const take = (key: string, placeholder: string): unknown => {
    used.add(key);
    if (Object.hasOwn(values, key)) return (values as Record<string, unknown>)[key];
    throw new UsageError(`The statement has ${placeholder}, but there is no such value: ${sql}`);
  };
  const isNamed = !Array.isArray(values);
  const text = sql.replace(tokens, (token, ...rest) => {
    const { identifier, position: mark, name } = rest.at(-1) as Record<string, string | undefined>;
    if (name !== undefined && isNamed) return literal(take(name, token), token);
    if (identifier === undefined && mark === undefined) return token;
    if (isNamed) throw new UsageError(`The statement has ${token}, but its values have names: write :name: ${sql}`);
    const value = take(String(position), `${token} number ${++position}`);
    return identifier === undefined ? literal(value, `${token} number ${position}`) : escapeId(String(value), true);
  });
  const unused = Object.keys(values).find((key) => !used.has(key));
  if (unused === undefined) return text;
  throw new UsageError(
    `The statement does not use the value ${isNamed ? `"${unused}"` : `number ${Number(unused) + 1}`}: ${sql}`,
  );
}

function literal(value: unknown, placeholder: string): string {
  const wrong = mistakeIn(value);
  if (wrong === undefined) return escape(value as Parameters<typeof escape>[0], true, "Z");
  throw new UsageError(`The value for ${placeholder} is ${wrong}.`);
}

/** mysql2 would write something for every value. For these it would hardly be what was meant. */
function mistakeIn(value: unknown): string | undefined {
  if (value === undefined) return "undefined: null is what SQL calls NULL";
  if (typeof value === "number" && !Number.isFinite(value)) return `${value}, which SQL does not have`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid date" : undefined;
  if (Array.isArray(value)) {
    return value.length === 0 ? "an empty list, which SQL does not have" : value.map(mistakeIn).find(Boolean);
  }
  if (value === null || value instanceof Uint8Array || typeof value !== "object") {
    return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : undefined;
  }
  return "an object, which SQL does not have: pass JSON.stringify(value) for a JSON column";
}
