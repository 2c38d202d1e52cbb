import * as pulumi from "@pulumi/pulumi";
import type { CredentialsArgs, DatabaseArgs, ExistingDatabase, ExistingVpc, ProxiedDatabaseArgs } from "./components";

/**
 * The stack's configuration as arguments. Every key is optional, and a key that is left out means the component's own default.
 * README describes the keys. The component refuses values that cannot work.
 */
export function databaseArgs(): ProxiedDatabaseArgs {
  const config = new pulumi.Config();
  const topicArn = config.get("alarmTopicArn");
  return {
    vpc: vpc(config),
    database: database(config),
    databaseName: config.get("databaseName"),
    username: config.get("masterUsername"),
    credentials: credentials(config),
    auth: config.get("auth"),
    proxy: {
      maxConnectionsPercent: config.getNumber("maxConnectionsPercent"),
      debugLogging: config.getBoolean("debugLogging"),
    },
    alarms: topicArn === undefined ? undefined : { topicArn },
    bastion: config.getBoolean("bastion"),
    durability: config.get("durability"),
  };
}

function vpc(config: pulumi.Config): ExistingVpc | undefined {
  const given = {
    vpcId: config.get("vpcId"),
    subnetIds: config.getObject<string[]>("subnetIds"),
    bastionSubnetId: config.get("bastionSubnetId"),
    secretsManagerEndpoint: config.getBoolean("secretsManagerEndpoint"),
    sessionManagerEndpoints: config.getBoolean("sessionManagerEndpoints"),
  };
  // With one of them the component asks for the others that it needs.
  return Object.values(given).some((value) => value !== undefined) ? (given as ExistingVpc) : undefined;
}

function database(config: pulumi.Config): DatabaseArgs {
  const existing = config.getObject<ExistingDatabase>("existingDatabase");
  if (existing !== undefined) return { existing };
  return {
    engine: config.get("engine"),
    engineVersion: config.get("engineVersion"),
    instanceClass: config.get("instanceClass"),
  };
}

/**
 * A secret as a plain text and not as an output, so that the component checks it before it registers any resource. The component
 * keeps it secret.
 */
function secretText(config: pulumi.Config, key: string): string | undefined {
  return pulumi.runtime.getConfig(`${config.name}:${key}`);
}

/** Undefined if the configuration says nothing of the password: an existing database has its own. */
function credentials(config: pulumi.Config): CredentialsArgs | undefined {
  const password = secretText(config, "masterPassword");
  const managedByRds = config.getBoolean("passwordManagedByRds");
  if (password === undefined && managedByRds === undefined) return undefined;
  // The component refuses both together.
  return { managedByRds, password } as CredentialsArgs;
}
