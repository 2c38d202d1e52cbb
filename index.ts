import * as pulumi from "@pulumi/pulumi";
import { ProxiedDatabase, ProxyClientFunction } from "./components";
import { databaseArgs } from "./config";

/** Only the type of the callbacks' module: the program itself never loads it. */
type Handler = typeof import("./handler");

const tags = { Project: pulumi.getProject(), Stack: pulumi.getStack() };

const database = new ProxiedDatabase("sample", { ...databaseArgs(), migrations: "./migrations", tags });

const reader = new ProxyClientFunction("read", {
  database,
  callbackFactory: () => (require("./handler") as Handler).readSampleRows,
  tags,
});

export const rows = reader.invokeOnDeploy().result;
export const proxyEndpoint = database.proxyEndpoint;
export const databaseEndpoint = database.databaseEndpoint;
export const databaseIdentifier = database.databaseIdentifier;
export const secretArn = database.secretArn;
export const targetHealthCommand = database.targetHealthCommand;
export const functionName = reader.functionName;
export const bastionCommand = database.bastionCommand ?? "no bastion: set the configuration bastion to true";
/** For functions in other stacks: see `ProxiedDatabase.fromStack`. */
export const databaseAttributes = database.attributes;
