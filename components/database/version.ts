import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { answered } from "../base/answers";
import type { Fields } from "../base/fields";
import type { Scope } from "../base/scope";
import type { Engine } from "./engines";

/**
 * The version of a database, and when it changes. A default counts only when the database is created. So a newer default in a
 * later release of this package never upgrades a database.
 */
export function checkVersion(given: Fields<{ engineVersion?: string | undefined }>, engine: Engine) {
  const engineVersion = given.text("engineVersion", engine.version, engine.versionRule, engine.defaultVersion);
  const isFull = engineVersion.split(".").length > 2;
  return {
    engineVersion,
    /** Whether the program names one exact version, so that AWS must not move the database to another one. */
    isFullVersion: isFull,
    /** Whether a change in the program upgrades the database. A cluster follows full versions only: see {@link clusterVersion}. */
    followsVersion: given.value("engineVersion") !== undefined && (engine.kind === "instance" || isFull),
  };
}

interface VersionSettings {
  engine: Engine;
  engineVersion: string;
  isFullVersion: boolean;
  followsVersion: boolean;
}

/**
 * The full version that a cluster is created with. The provider sends a version with every change of the cluster while it
 * differs from the actual one, as a prefix does, and AWS refuses that or moves the version.
 * https://github.com/hashicorp/terraform-provider-aws/issues/33430
 */
export function clusterVersion(
  scope: Scope,
  { engine, engineVersion, isFullVersion }: VersionSettings,
): pulumi.Input<string> {
  if (isFullVersion) return engineVersion;
  const query = { engine: engine.name, version: engineVersion, latest: true };
  const found = aws.rds.getEngineVersion(query, scope.lookup).then(
    (answer) => answered(answer).version,
    // Without the permission rds:DescribeDBEngineVersions, the prefix creates the same database.
    () => undefined,
  );
  return pulumi.output(found).apply((version) => version ?? engineVersion);
}

/** Inputs whose changes the provider ignores, so that only the program's own version upgrades a database. */
export function ignoredVersion({ followsVersion }: VersionSettings): string[] {
  return followsVersion ? [] : ["engineVersion"];
}

/**
 * Options of a parameter group. A major upgrade gives the database a group of another family. Where the upgrade waits for the
 * maintenance window, the old group is in use until then and cannot be deleted, so it is left behind: it costs nothing.
 */
export function parameterGroupOptions({ followsVersion }: VersionSettings, applyImmediately: boolean) {
  return { ignoreChanges: followsVersion ? [] : ["family"], retainOnDelete: !applyImmediately };
}
