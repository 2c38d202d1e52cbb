import * as pulumi from "@pulumi/pulumi";
import type { AuthMode, CredentialsArgs, DatabaseArgs, ProxiedDatabaseArgs } from "./components";

/**
 * The stack's configuration as arguments. Pulumi.yaml has the types, defaults and descriptions of the keys, and an empty text
 * there means the component's own default. The component refuses values that cannot work.
 */
export function databaseArgs(): ProxiedDatabaseArgs {
  const config = new pulumi.Config();
  const text = (key: string) => config.require(key) || undefined;
  const vpcId = text("vpcId");
  const topicArn = text("alarmTopicArn");
  return {
    vpc: vpcId === undefined ? undefined : { vpcId, subnetIds: config.requireObject("subnetIds") },
    database: {
      engine: text("engine"),
      engineVersion: text("engineVersion"),
      instanceClass: text("instanceClass"),
    } as DatabaseArgs,
    databaseName: text("databaseName"),
    username: text("masterUsername"),
    credentials: credentials(config),
    auth: text("auth") as AuthMode,
    proxy: {
      maxConnectionsPercent: config.requireNumber("maxConnectionsPercent"),
      debugLogging: config.requireBoolean("debugLogging"),
    },
    alarms: topicArn === undefined ? undefined : { topicArn },
    bastion: config.requireBoolean("bastion"),
    durability: config.require("durability"),
  };
}

function credentials(config: pulumi.Config): CredentialsArgs {
  const password = config.getSecret("masterPassword");
  // Both together are refused by the component.
  return { managedByRds: config.requireBoolean("passwordManagedByRds"), password } as CredentialsArgs;
}
