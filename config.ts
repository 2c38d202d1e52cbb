import * as pulumi from "@pulumi/pulumi";
import type { ProxiedDatabaseArgs } from "./components";

/** The stack's configuration as arguments. Types, defaults and descriptions of the keys are in Pulumi.yaml. */
export function databaseArgs(): ProxiedDatabaseArgs {
  const config = new pulumi.Config();
  const vpcId = config.require("vpcId");
  return {
    vpc: vpcId === "" ? undefined : { vpcId, subnetIds: config.requireObject("subnetIds") },
    engineVersion: config.require("engineVersion"),
    instanceClass: config.require("instanceClass"),
    databaseName: config.require("databaseName"),
    username: config.require("masterUsername"),
    password: config.getSecret("masterPassword"),
    proxy: {
      maxConnectionsPercent: config.requireNumber("maxConnectionsPercent"),
      debugLogging: config.requireBoolean("debugLogging"),
    },
    bastion: config.requireBoolean("bastion"),
    // The component refuses any other text, with a better message than a check here could give.
    durability: config.require("durability"),
  };
}
