import type * as pulumi from "@pulumi/pulumi";
import { checkIdentifier } from "../base/names";
import type { Validator } from "../base/validator";
import { checkKey } from "../login/arguments";
import { type Engine, type EngineName, engines } from "./engines";

/** A database that exists already, in the VPC given as `vpc`. Only the way in is created: the proxy and its surroundings. */
export interface ExistingDatabaseArgs {
  existing: ExistingDatabase;
}

/** Which database that is, and how to get into it. */
export interface ExistingDatabase {
  /** Identifier of an RDS instance; either this or `clusterIdentifier`. */
  instanceIdentifier?: pulumi.Input<string> | undefined;
  /** Identifier of an Aurora cluster. */
  clusterIdentifier?: pulumi.Input<string> | undefined;
  /** Host name of the database. */
  address: pulumi.Input<string>;
  /** A security group of the database; the proxy is let into it. It must be no other resource's. */
  securityGroupId: pulumi.Input<string>;
  /** Secret with a JSON object that has the user's `username` and `password`. */
  secretArn: pulumi.Input<string>;
  /** Customer-managed key that encrypts the secret, if one does. */
  kmsKeyArn?: pulumi.Input<string> | undefined;
  /**
   * RDS's id of the database (`db-...` or `cluster-...`); needed with `auth: "iam-end-to-end"`, where the proxy's role is
   * allowed to log in to it.
   */
  resourceId?: pulumi.Input<string> | undefined;
  /**
   * Port of the database, 1150 to 65535.
   * @default 3306
   */
  port?: number | undefined;
  /** @default "mysql", or "aurora-mysql" with `clusterIdentifier` */
  engine?: EngineName | undefined;
}

/** {@link ExistingDatabaseArgs} with defaults filled in and every value checked. */
export interface ExistingSettings {
  kind: "existing";
  engine: Engine;
  engineVersion: undefined;
  port: number;
  existing: ExistingDatabase;
}

export function normalizeExisting(check: Validator, args: ExistingDatabaseArgs): ExistingSettings {
  const { existing } = args;
  const { instanceIdentifier, clusterIdentifier, address, securityGroupId, secretArn, kmsKeyArn, resourceId } =
    existing;
  if ((instanceIdentifier === undefined) === (clusterIdentifier === undefined)) {
    check.refuse(
      "database.existing.instanceIdentifier",
      instanceIdentifier === undefined ? undefined : "given together with clusterIdentifier",
      "a proxy has one target: give either instanceIdentifier or clusterIdentifier",
    );
  }
  for (const [name, identifier] of Object.entries({ instanceIdentifier, clusterIdentifier })) {
    if (identifier !== undefined) checkIdentifier(check, `database.existing.${name}`, identifier);
  }
  const form = {
    address: [address, /^[^\s:/]+$/, "it must be the host name of the database, without port"],
    securityGroupId: [securityGroupId, /^sg-/, "it must be the id of a security group, which begins with sg-"],
    secretArn: [secretArn, /^arn:[a-z-]+:secretsmanager:/, "policies take no name: give the ARN of the secret"],
  } as const;
  for (const [name, [value, pattern, rule]] of Object.entries(form)) {
    check.matchingIfPlain(`database.existing.${name}`, value, pattern, rule);
  }
  checkKey(check, "database.existing.kmsKeyArn", kmsKeyArn);
  const name = existing.engine ?? (clusterIdentifier === undefined ? "mysql" : "aurora-mysql");
  const engine = engines[check.oneOf("database.existing.engine", name, Object.keys(engines) as EngineName[])];
  const port = checkPort(check, "database.existing.port", existing.port);
  check.noOther("a key of database", args, { existing });
  check.noOther("a key of database.existing", existing, {
    instanceIdentifier,
    clusterIdentifier,
    address,
    securityGroupId,
    secretArn,
    kmsKeyArn,
    resourceId,
    port,
    engine,
  });
  return { kind: "existing", engine, engineVersion: undefined, port, existing };
}

const mysqlPort = 3306;

export function checkPort(check: Validator, argument: string, port = mysqlPort): number {
  return check.wholeNumber(argument, port, 1150, 65_535, "the port's number");
}
