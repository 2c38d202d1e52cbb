import * as ec2 from "@pulumi/awsx/ec2";
import type * as pulumi from "@pulumi/pulumi";
import { ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "../../../components";

/** Only the type: the package of a function has the module itself. */
type Handler = typeof import("../../../handler");

/** What a test changes from one deployment to the next. */
export interface Shop {
  database: ProxiedDatabaseArgs;
  /** What each function returns beside the rows, by the function's name. Another text is another package. */
  functions: Record<string, string>;
  /** Arguments of another database. Undefined for none. */
  archive?: ProxiedDatabaseArgs | undefined;
  /** Name of the first database. @default shop */
  name?: string;
  options?: pulumi.ComponentResourceOptions;
}

/** A program with one or two databases and some functions. It returns what each function has read, by the function's name. */
export function runShop({ database: args, functions, archive, name = "shop", options }: Shop): Record<string, unknown> {
  const database = new ProxiedDatabase(name, { migrations: "./migrations", ...args }, options);
  if (archive !== undefined) new ProxiedDatabase("archive", archive);
  const read = Object.entries(functions).map(([functionName, text]): [string, unknown] => {
    const reader = new ProxyClientFunction(functionName, {
      database,
      callbackFactory: () => {
        // From the folder that the tests run in.
        const handler = require("./handler") as Handler;
        const client = new handler.Database(handler.readEnvironment());
        return handler.callback(async () => [text, await client.readArrays("select * from sample")]);
      },
    });
    return [functionName, reader.invokeOnDeploy().result];
  });
  return Object.fromEntries(read);
}

/** A VPC with three subnets, for another stack. */
export function runNetwork(): Promise<Record<string, unknown>> {
  const vpc = new ec2.Vpc("network", {
    numberOfAvailabilityZones: 3,
    subnetSpecs: [{ type: "Isolated", cidrMask: 24 }],
    natGateways: { strategy: "None" },
  });
  return Promise.resolve({ vpcId: vpc.vpcId, subnetIds: vpc.isolatedSubnetIds });
}
