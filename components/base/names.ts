import type * as pulumi from "@pulumi/pulumi";
import type { Validator } from "./validator";

/** Leaves room for what is appended to it in names of at most 63 characters, such as `-read-only` after the proxy's own name. */
const longestName = 32;

/**
 * A component's name, which the names of its resources begin with. RDS and Lambda allow the same: letters, digits and single
 * hyphens, the first one a letter. EC2 keeps names that begin with `sg-` for the ids of security groups.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 */
export function checkComponentName(check: Validator, name: string): string {
  if (/^sg(-|$)/.test(name)) {
    check.refuse(
      "name",
      name,
      "security groups are named after it, and no group's name may begin with sg-: choose another one",
    );
  }
  return check.matching(
    "name",
    name,
    new RegExp(`^(?=.{1,${longestName}}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$`),
    `resources are named after it: use up to ${longestName} letters, digits and single hyphens, beginning with a letter`,
  );
}

/**
 * The name of a component with a proxy in it. RDS stores names in lower case, and so the provider takes no capitals in that
 * of a proxy: it would see a change for ever.
 */
export function checkLowerCase(check: Validator, name: string): string {
  const rule = `RDS has the proxy's name in lower case: use "${name.toLowerCase()}"`;
  return check.matching("name", name, /^[^A-Z]*$/, rule);
}

/** Databases (schemas) that MySQL and MariaDB have themselves, and names that RDS does not take. */
const reservedDatabases = new Set(["mysql", "information_schema", "performance_schema", "sys", "innodb", "tmp"]);

/** @param isNew whether RDS creates it, which takes fewer names than MySQL itself */
export function checkDatabaseName(check: Validator, name: string, isNew: boolean): string {
  if (isNew) {
    const rule = "it must begin with a letter and have up to 64 letters, digits and underscores";
    check.matching("databaseName", name, /^[A-Za-z][A-Za-z0-9_]{0,63}$/, rule);
  } else {
    const rule = "MySQL's names have 1 to 64 characters and no backtick, slash, backslash or full stop";
    check.matching("databaseName", name, /^[^`/\\.]{1,64}$/, rule);
  }
  const rule = "MySQL has a database of that name: choose another one";
  return check.notReserved("databaseName", name, reservedDatabases, rule);
}

/**
 * What RDS calls an instance or a cluster, in the lower case that it is stored in and that the provider insists on.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 */
export function checkIdentifier(check: Validator, argument: string, identifier: pulumi.Input<string>): void {
  check.matchingIfPlain(
    argument,
    identifier,
    /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    "RDS's identifiers have up to 63 small letters, digits and single hyphens, the first one a letter: give it in lower case," +
      " without ARN or host name",
  );
}
