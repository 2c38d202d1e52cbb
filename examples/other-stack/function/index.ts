import * as pulumi from "@pulumi/pulumi";
import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";

/** A program that has to wait for something exports a function. */
export = async () => {
  const stack = new pulumi.Config().require("databaseStack");
  const database = await ProxiedDatabase.fromStack("orders", stack);
  const report = new ProxyClientFunction("report", {
    database,
    callbackFactory: () => (require("./report") as typeof import("./report")).handler,
  });
  return { rows: report.invokeOnDeploy().result };
};
