import type { Grant, GrantTarget } from "./event";
import { databasePattern, quoted } from "./names";

/** One privilege on one object, as SHOW GRANTS writes it. Equal privileges have equal texts in all fields. */
export interface Privilege {
  /** The object, such as `*.*`, `` `test`.* ``, `` `test`.`t` `` or `` PROCEDURE `test`.`p` ``. */
  on: string;
  /** MySQL's word, such as `SELECT`. */
  word: string;
  /** The quoted column that it is limited to. */
  column?: string | undefined;
}

/** What "may hand the privileges on" is among the privileges. */
export const grantOption = "GRANT OPTION";

/** A set of privileges, by texts of their own. */
export type Privileges = Map<string, Privilege>;

export function privilegesOf(list: Iterable<Privilege>): Privileges {
  return new Map([...list].map((privilege) => [keyOf(privilege), privilege]));
}

const keyOf = ({ on, word, column = "" }: Privilege): string => `${word} ${column} ${on}`;

/**
 * What `ALL PRIVILEGES` stands for on a database, a table and a routine. Servers differ in what they add to it, such as MariaDB's
 * DELETE HISTORY, which not every master user may hand on. On everything (`*.*`) no master user of RDS may grant it.
 * https://dev.mysql.com/doc/refman/8.4/en/grant.html
 */
const onTable = "SELECT,INSERT,UPDATE,DELETE,CREATE,DROP,REFERENCES,INDEX,ALTER,CREATE VIEW,SHOW VIEW,TRIGGER".split(
  ",",
);
const onDatabase = [
  ...onTable,
  ..."CREATE TEMPORARY TABLES,LOCK TABLES,EXECUTE,CREATE ROUTINE,ALTER ROUTINE,EVENT".split(","),
];
const onRoutine = ["EXECUTE", "ALTER ROUTINE"];

export function allPrivileges(on: string): string[] {
  if (/^(PROCEDURE|FUNCTION) /.test(on)) return onRoutine;
  return on.endsWith(".*") ? onDatabase : onTable;
}

const isAll = (word: string): boolean => /^ALL( PRIVILEGES)?$/.test(word);

/** Words that mean the same, and the one of them that a server shows. MariaDB has split and renamed some of MySQL's. */
const mariadbWords: Record<string, string> = {
  "REPLICATION CLIENT": "BINLOG MONITOR",
  "REPLICATION REPLICA": "REPLICATION SLAVE",
  "REPLICA MONITOR": "SLAVE MONITOR",
  "DELETE VERSIONING ROWS": "DELETE HISTORY",
};

/** How a server writes names and privileges. */
export interface Dialect {
  flavour: "mysql" | "mariadb";
  /** Whether it has all names of databases and tables in lower case (`lower_case_table_names`). */
  lowerCase: boolean;
}

/** The privileges that a program asks for, in the form in which the server will show them. */
export function wantedPrivileges(grants: Grant[], database: string, dialect: Dialect): Privileges {
  const wants = privilegesOf(
    grants.flatMap(({ privileges, on, columns, withGrantOption }) => {
      const object = objectOf(on, database, dialect);
      const words = privileges.flatMap((given) => {
        const word = given.trim().replace(/\s+/g, " ").toUpperCase();
        if (isAll(word)) return allPrivileges(object);
        return dialect.flavour === "mariadb" ? (mariadbWords[word] ?? word) : word;
      });
      return [
        ...words.flatMap((word): Privilege[] =>
          columns === undefined
            ? [{ on: object, word }]
            : columns.map((name) => ({ on: object, word, column: quoted(name) })),
        ),
        ...(withGrantOption === true ? [{ on: object, word: grantOption }] : []),
      ].filter(({ word }) => word !== "USAGE");
    }),
  );
  // MySQL shows no privileges on columns where the user has all privileges on the table, in which they are contained.
  for (const [key, { on, column }] of dialect.flavour === "mysql" ? wants : []) {
    const whole = allPrivileges(on).map((word) => keyOf({ on, word }));
    if (column !== undefined && whole.every((other) => wants.has(other))) wants.delete(key);
  }
  return wants;
}

function objectOf(on: GrantTarget = {}, defaultDatabase: string, { lowerCase }: Dialect): string {
  if (on === "*.*") return on;
  const known = (name: string): string => (lowerCase ? name.toLowerCase() : name);
  const database = known(on.database ?? defaultDatabase);
  if ("table" in on) return `${quoted(database)}.${quoted(known(on.table))}`;
  if ("procedure" in on) return `PROCEDURE ${quoted(database)}.${quoted(on.procedure)}`;
  if ("function" in on) return `FUNCTION ${quoted(database)}.${quoted(on.function)}`;
  return `${databasePattern(database)}.*`;
}

/**
 * The statements that turn the privileges that a user has into those it should have, and touch no other. New ones come first, so that
 * nobody is without a privilege in between that both have.
 */
export function changesBetween(has: Privileges, wants: Privileges, user: string): string[] {
  const missing = [...wants].filter(([key]) => !has.has(key)).map(([, privilege]) => privilege);
  const tooMany = [...has].filter(([key]) => !wants.has(key)).map(([, privilege]) => privilege);
  return [
    ...byObject(missing).map(([on, list]) => {
      const others = list.filter(({ word }) => word !== grantOption);
      const option = others.length < list.length ? " WITH GRANT OPTION" : "";
      return `GRANT ${others.length === 0 ? "USAGE" : wordsOf(others)} ON ${on} TO ${user}${option}`;
    }),
    ...byObject(tooMany).map(([on, list]) => `REVOKE ${wordsOf(list)} ON ${on} FROM ${user}`),
  ];
}

function byObject(list: Privilege[]): [on: string, list: Privilege[]][] {
  return [...Map.groupBy(list, ({ on }) => on)];
}

/** Such as ``SELECT (`a`, `b`), INSERT``. */
function wordsOf(list: Privilege[]): string {
  return [...Map.groupBy(list, ({ word }) => word)]
    .map(([word, same]) => {
      const columns = same.flatMap(({ column }) => column ?? []);
      const whole = columns.length < same.length ? [word] : [];
      return [...whole, ...(columns.length > 0 ? [`${word} (${columns.join(", ")})`] : [])].join(", ");
    })
    .join(", ");
}
