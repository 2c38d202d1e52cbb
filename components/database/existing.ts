import * as pulumi from "@pulumi/pulumi";
import { type Fields } from "../base/fields";
import { checkIdentifier, checkKeyArn, groupIdForm, groupIdRule } from "../base/names";
import { defaultEngines, type Engine, engineNames, engines } from "./engines";
import type { DatabaseServer } from "./server";

/** A database that exists already, in the VPC given as `vpc`. Only the way in is created: the proxy and its surroundings. */
export interface ExistingDatabaseArgs {
  /** The database that exists. */
  existing: ExistingDatabase;
}

/** Which database that is, and how to get into it: an instance or a cluster. */
export type ExistingDatabase = ExistingServer & (ExistingInstance | ExistingCluster);

interface ExistingInstance {
  /** Identifier of an RDS instance. */
  instanceIdentifier: pulumi.Input<string>;
  clusterIdentifier?: undefined;
  /** @default "mysql" */
  engine?: "mysql" | "mariadb" | undefined;
}

interface ExistingCluster {
  /** Identifier of an Aurora cluster, or of an RDS Multi-AZ cluster. */
  clusterIdentifier: pulumi.Input<string>;
  instanceIdentifier?: undefined;
  /** @default "aurora-mysql" */
  engine?: "aurora-mysql" | "mysql" | undefined;
}

interface ExistingServer {
  /** Host name of the database. */
  address: pulumi.Input<string>;
  /** A security group of the database. The proxy is let into it, so no other resource should belong to it. */
  securityGroupId: pulumi.Input<string>;
  /** ARN of a secret with a JSON object that has the user's `username` and `password`. */
  secretArn: pulumi.Input<string>;
  /**
   * ARN of the customer-managed key that encrypts the secret.
   * @default AWS's own key for Secrets Manager
   */
  kmsKeyArn?: pulumi.Input<string> | undefined;
  /**
   * RDS's id of the database (`db-...` or `cluster-...`). Needed with `auth: "iam-end-to-end"`, where the proxy's role is
   * allowed to log in to it.
   */
  resourceId?: pulumi.Input<string> | undefined;
  /**
   * Port of the database, 1150 to 65535.
   * @default 3306
   */
  port?: number | undefined;
}

export type ExistingSettings = ReturnType<typeof normalizeExisting>;

export function normalizeExisting(args: Fields<ExistingDatabaseArgs>) {
  const given = args.object<ExistingDatabase>("existing");
  const instanceIdentifier = checkIdentifier(given, "instanceIdentifier");
  const clusterIdentifier = checkIdentifier(given, "clusterIdentifier");
  if ((instanceIdentifier === undefined) === (clusterIdentifier === undefined)) {
    given.check.refuse(
      given.name("instanceIdentifier"),
      instanceIdentifier === undefined ? undefined : "given together with clusterIdentifier",
      "a proxy has one target: give either instanceIdentifier or clusterIdentifier",
    );
  }
  const engine = engineOf(given, clusterIdentifier === undefined ? "instance" : "cluster");
  const settings = {
    kind: "existing" as const,
    engine,
    engineVersion: undefined,
    instanceIdentifier,
    clusterIdentifier,
    address: given.requiredInput("address", /^[^\s:/]+$/, "it must be the host name of the database, without port"),
    securityGroupId: given.requiredInput("securityGroupId", groupIdForm, groupIdRule),
    secretArn: given.requiredInput(
      "secretArn",
      /^arn:[a-z-]+:secretsmanager:/,
      "policies take no name: give the ARN of the secret",
    ),
    kmsKeyArn: checkKeyArn(given, "kmsKeyArn"),
    resourceId: given.input(
      "resourceId",
      /^(db|cluster)-/,
      "it must be RDS's id of the database, which begins with db- or cluster-",
    ),
    port: checkPort(given, engine),
  };
  given.end();
  args.end();
  return settings;
}

function engineOf(given: Fields<ExistingDatabase>, kind: "instance" | "cluster"): Engine {
  const engine = engines[given.oneOf("engine", engineNames, defaultEngines[kind].name)];
  if (kind === "instance" && engine.kind === "cluster") {
    given.refuse("engine", "the proxy's target is the cluster, not one of its instances: give clusterIdentifier");
  }
  return engine;
}

export function checkPort(given: Fields<{ port?: number | undefined }>, { defaultPort }: Engine): number {
  return given.number("port", { min: 1150, max: 65_535, unit: "the port's number" }, defaultPort);
}

/** What the proxy has to know of the database. */
export function existingDatabase(settings: ExistingSettings): DatabaseServer {
  const { engine, port, instanceIdentifier, clusterIdentifier, address, secretArn, resourceId } = settings;
  return {
    engine,
    identifier:
      clusterIdentifier === undefined
        ? { dbInstanceIdentifier: pulumi.output(instanceIdentifier ?? "") }
        : { dbClusterIdentifier: pulumi.output(clusterIdentifier) },
    address: pulumi.output(address),
    port: pulumi.output(port),
    resourceId: pulumi.output(resourceId ?? clusterIdentifier ?? instanceIdentifier ?? ""),
    secretArn: pulumi.output(secretArn),
    ready: [],
    readers: [],
  };
}
