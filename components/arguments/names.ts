import type { Validator } from "./validator";

/** Leaves room for what is appended to it in names of at most 63 characters, such as `-read-only` after the proxy's own name. */
const longestName = 32;

/**
 * A component's name, which the names of its resources begin with. RDS and Lambda allow the same: letters, digits and single
 * hyphens, the first one a letter.
 */
export function checkComponentName(check: Validator, name: string): string {
  return check.matching(
    "name",
    name,
    new RegExp(`^(?=.{1,${longestName}}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$`),
    `resources are named after it: use up to ${longestName} letters, digits and single hyphens, beginning with a letter`,
  );
}

/** Databases (schemas) that MySQL and MariaDB have themselves, and names that RDS does not take. */
const reservedDatabases = new Set(["mysql", "information_schema", "performance_schema", "sys", "innodb", "tmp"]);

export function checkDatabaseName(check: Validator, name: string): string {
  check.notReserved("databaseName", name, reservedDatabases, "MySQL has a database of that name: choose another one");
  return check.matching(
    "databaseName",
    name,
    /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
    "it must begin with a letter and have up to 64 letters, digits and underscores",
  );
}
