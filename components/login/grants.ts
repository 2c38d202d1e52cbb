import type { Grant, GrantTarget } from "../../handler/manage/event";
import { Fields } from "../base/fields";
import { isRecord, type Validator } from "../base/validator";

/**
 * Rights that are usually wanted together.
 *
 * - `"read-only"`: reading all tables and views.
 * - `"read-write"`: also changing their rows, calling procedures and functions, temporary tables, and locks.
 * - `"owner"`: also changing the schema: all that there is for one database (schema), but not handing it on.
 */
export type GrantForm = keyof typeof grantForms;

/** Privileges on one object. */
export interface GrantArgs {
  /** MySQL's words, such as `["SELECT", "CREATE VIEW"]`, or one of the short forms, which stand for words for a whole database. */
  privileges: GrantForm | string[];
  /**
   * What they are about: `"*.*"` for everything, `{ database }`, or in it `{ table }`, `{ procedure }` or `{ function }`, which have to
   * exist already. Views count as tables. Names mean what they say: `_` and `%` stand for themselves.
   * @default all of the program's database (schema)
   */
  on?: GrantTarget | undefined;
  /**
   * Columns of the table, for SELECT, INSERT, UPDATE and REFERENCES.
   * @default all of them
   */
  columns?: string[] | undefined;
  /**
   * Whether the user may grant them to others.
   * @default false
   */
  withGrantOption?: boolean | undefined;
}

const reading = ["SELECT", "SHOW VIEW"];
const writing = ["INSERT", "UPDATE", "DELETE", "EXECUTE", "CREATE TEMPORARY TABLES", "LOCK TABLES"];
const schema = ["CREATE", "DROP", "REFERENCES", "INDEX", "ALTER", "CREATE VIEW", "CREATE ROUTINE", "ALTER ROUTINE"];

const grantForms = {
  "read-only": reading,
  "read-write": [...reading, ...writing],
  owner: [...reading, ...writing, ...schema, "EVENT", "TRIGGER"],
};
const formNames = Object.keys(grantForms) as GrantForm[];
const formList = formNames.map((name) => `"${name}"`).join(", ");

const columnPrivileges = ["SELECT", "INSERT", "UPDATE", "REFERENCES"];

/** All privileges that a short form stands for, on the program's database (schema). */
export const grantsOf = (form: GrantForm): Grant[] => [{ privileges: grantForms[form] }];

/**
 * The grants of a user, undefined where it has none and so is not made here.
 *
 * @throws ArgumentError at the first value that cannot work
 */
export function normalizeGrants(user: Fields<{ grants?: unknown }>): Grant[] | undefined {
  const given = user.value("grants");
  if (given === undefined) return undefined;
  if (isForm(given)) return grantsOf(given);
  if (!Array.isArray(given)) user.refuse("grants", `it must be one of ${formList}, or a list of { privileges, on }`);
  return given.map((grant: unknown, index) =>
    normalizeGrant(new Fields<GrantArgs>(user.check, `${user.name("grants")}[${index}]`, grant as GrantArgs)),
  );
}

function normalizeGrant(given: Fields<GrantArgs>): Grant {
  const on = checkTarget(given);
  const privileges = checkPrivileges(given, on);
  const grant = {
    privileges,
    ...(on !== undefined && { on }),
    ...checkColumns(given, privileges, on),
    ...(given.boolean("withGrantOption", false) && { withGrantOption: true }),
  };
  given.end();
  return grant;
}

function checkPrivileges(given: Fields<GrantArgs>, on: GrantTarget | undefined): string[] {
  const value = given.value("privileges");
  if (isForm(value)) {
    if (on === undefined || isWholeDatabase(on)) return grantForms[value];
    given.refuse("privileges", 'the short forms are for a whole database: name the privileges, such as ["SELECT"]');
  }
  const rule = `it must be a list of MySQL's words, such as ["SELECT", "CREATE VIEW"], or one of ${formList}`;
  if (!Array.isArray(value) || value.length === 0) given.refuse("privileges", rule);
  return value.map((word: unknown) => {
    const argument = `one of ${given.name("privileges")}`;
    // Privileges are the only words of a GRANT that cannot be quoted.
    const checked = given.check.matching(
      argument,
      word,
      /^[A-Za-z]+([ _][A-Za-z]+)*$/,
      "privileges are words, such as CREATE VIEW",
    );
    return checkWord(given.check, argument, checked.toUpperCase(), on);
  });
}

function checkWord(check: Validator, argument: string, word: string, on: GrantTarget | undefined): string {
  if (word === "GRANT OPTION") {
    check.refuse(argument, word, "it is an argument of its own: set withGrantOption to true");
  }
  if (/^ALL( PRIVILEGES)?$/.test(word) && on === "*.*") {
    check.refuse(argument, word, "RDS lets no user have all privileges on everything: name those that it needs");
  }
  return word;
}

const targetRule = 'it must be "*.*", or an object with database, and one of table, procedure and function at most';

function checkTarget(given: Fields<GrantArgs>): GrantTarget | undefined {
  const on = given.value("on");
  if (on === undefined || on === "*.*") return on;
  if (!isRecord(on)) given.refuse("on", targetRule);
  const target = given.object<Record<"database" | "table" | "procedure" | "function", string>>("on");
  const rule = "MySQL's names have 1 to 64 characters and no NUL: give the name without quotes";
  const names = (["database", "table", "procedure", "function"] as const).map(
    (key) => [key, target.text(key, /^[^\0]{1,64}$/, rule, undefined)] as const,
  );
  target.end();
  const used = names.filter(([, name]) => name !== undefined);
  if (used.filter(([key]) => key !== "database").length > 1) given.refuse("on", targetRule);
  return Object.fromEntries(used);
}

function checkColumns(
  given: Fields<GrantArgs>,
  privileges: string[],
  on: GrantTarget | undefined,
): Pick<Grant, "columns"> {
  const columns = given.list("columns", "names of columns");
  if (columns === undefined) return {};
  if (on === undefined || on === "*.*" || !("table" in on)) {
    given.refuse("columns", "columns belong to a table: name it as { table } in on");
  }
  const other = privileges.find((word) => !columnPrivileges.includes(word));
  if (other !== undefined) given.refuse("columns", `${other} is not for columns: give it a grant of its own`);
  if (columns.length === 0) given.refuse("columns", "it must name one column at least: leave it out for all of them");
  const rule = "MySQL's names have 1 to 64 characters and no NUL: give the name without quotes";

  return {
    columns: columns.map((name) =>
      given.check.matching(`one of ${given.name("columns")}`, name, /^[^\0]{1,64}$/, rule),
    ),
  };
}

const isForm = (value: unknown): value is GrantForm => formNames.some((name) => name === value);

const isWholeDatabase = (on: GrantTarget): boolean =>
  typeof on === "object" && Object.keys(on).every((key) => key === "database");
