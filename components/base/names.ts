import * as pulumi from "@pulumi/pulumi";
import type { Fields } from "./fields";
import type { Validator } from "./validator";

/** Leaves room for what is added to it in names of at most 63 characters, such as `-read-only` after the proxy's own name. */
const longestName = 32;

/**
 * A component's name, which the names of its resources begin with. RDS and Lambda allow the same: letters, digits and single
 * hyphens, the first one a letter. EC2 keeps names that begin with `sg-` for the ids of security groups.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 */
export function checkComponentName(check: Validator, name: string): string {
  const rule = `resources are named after it: use up to ${longestName} letters, digits and single hyphens, beginning with a letter`;
  check.matching("name", name, new RegExp(`^(?=.{1,${longestName}}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$`), rule);
  const groups = "security groups are named after it, and no group's name may begin with sg-: choose another one";
  return check.matching("name", name, /^(?!sg(-|$))/, groups);
}

/** Names of components by their type, for each program that runs in this process. */
const taken = new WeakMap<object, Set<string>>();

/**
 * Refuses the name of another component of the same kind: Pulumi would report each of its resources instead. Below different
 * parents the same name may be used twice.
 */
export function checkUnique(
  check: Validator,
  type: string,
  name: string,
  opts: pulumi.ComponentResourceOptions = {},
): void {
  const program = pulumi.runtime.getMonitor();
  if (program === undefined || opts.parent !== undefined) return;
  const names = taken.get(program) ?? new Set();
  const key = `${type} ${name}`;
  if (names.has(key)) {
    check.refuse("name", name, "the program has such a component of that name already: choose another one");
  }
  taken.set(program, names.add(key));
}

/**
 * The name of a component with a proxy in it. RDS stores a proxy's name in lower case, and the provider would see capitals
 * as a change for ever.
 */
export function checkLowerCase(check: Validator, name: string): string {
  const rule = `RDS has the proxy's name in lower case: use "${name.toLowerCase()}"`;
  return check.matching("name", name, /^[^A-Z]*$/, rule);
}

/** The name of a client. A policy is called after it, and the descriptions of rules mention it. */
export function checkClientName(check: Validator, client: string): void {
  const rule = "rules and a policy are named after it: use up to 64 letters, digits, hyphens, dots and underscores";
  check.matching("the name of a client", client, /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, rule);
}

/** Databases (schemas) that MySQL and MariaDB have themselves, and names that RDS does not take. */
const reservedDatabases = new Set(["mysql", "information_schema", "performance_schema", "sys", "innodb", "tmp"]);

/** @param isNew whether RDS creates the database. RDS takes fewer names than MySQL itself. */
export function checkDatabaseName(given: Fields<{ databaseName?: string | undefined }>, isNew: boolean): string {
  const name = isNew
    ? given.text(
        "databaseName",
        /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
        "it must begin with a letter and have up to 64 letters, digits and underscores",
        "test",
      )
    : given.text(
        "databaseName",
        /^[^`/\\.]{1,64}$/,
        "MySQL's names have 1 to 64 characters and no backtick, slash, backslash or full stop",
        "test",
      );
  const rule = "MySQL has a database of that name: choose another one";
  return given.check.notReserved("databaseName", name, reservedDatabases, rule);
}

/**
 * The identifier of an instance or a cluster. RDS stores it in lower case, and the provider insists on that.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 */
export function checkIdentifier(
  given: Fields<{ instanceIdentifier?: unknown; clusterIdentifier?: unknown }>,
  key: "instanceIdentifier" | "clusterIdentifier",
): pulumi.Input<string> | undefined {
  const rule =
    "RDS's identifiers have up to 63 small letters, digits and single hyphens, the first one a letter: give it in lower case," +
    " without ARN or host name";
  return given.input(key, /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/, rule);
}

/** The ARN of a key, by which policies name it. */
export function checkKeyArn<K extends "kmsKeyArn" | "logKmsKeyArn">(
  given: Fields<Partial<Record<K, unknown>>>,
  key: K,
): pulumi.Input<string> | undefined {
  const rule = "policies take neither the id of a key nor an alias: give the ARN of the key itself";
  return given.input(key as never, /^arn:[a-z-]+:kms:[^:]*:[^:]*:key\//, rule);
}

export const groupIdForm = /^sg-/;
export const groupIdRule = "it must be the id of a security group, which begins with sg-";
