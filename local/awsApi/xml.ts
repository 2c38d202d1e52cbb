/** Plain values as the services answer them: texts, numbers, lists and objects. */
export type Answer = string | number | boolean | undefined | Date | Answer[] | { [name: string]: Answer };

/** Names of the elements in a list, where AWS's Query protocol does not call them `member`. */
export type ItemNames = Record<string, string>;

/** Writes a value as the content of an XML element. Undefined values are left out. */
export function xmlOf(value: Answer, itemNames: ItemNames, itemName: string): string {
  if (value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => element(itemName, item, itemNames)).join("");
  if (typeof value !== "object") return String(value).replace(/[&<>]/g, (character) => entities[character] ?? "");
  return Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .map(([name, part]) => element(name, part, itemNames))
    .join("");
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function element(name: string, value: Answer, itemNames: ItemNames): string {
  return `<${name}>${xmlOf(value, itemNames, itemNames[name] ?? itemNames["*"] ?? "member")}</${name}>`;
}

/** The values of a parameter that is a list, such as `ActionNames.member.1`. EC2 leaves `member` out. */
export function listOf(form: URLSearchParams, prefix: string): string[] {
  return [...form].flatMap(([name, value]) => (name.startsWith(`${prefix}.`) ? [value] : []));
}

/** EC2's filters: lists of values by name. A list matches if one of its values does. */
export function filtersOf(form: URLSearchParams): Map<string, string[]> {
  const names = [...form].filter(([name]) => /^Filter\.\d+\.Name$/.test(name));
  return new Map(names.map(([name, filter]) => [filter, listOf(form, name.replace("Name", "Value"))]));
}
