import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";

/** A MySQL database behind RDS Proxy, in a VPC of its own. */
const database = new ProxiedDatabase("orders");

/** Fills the database. A new proxy lets nobody in for some minutes, and this callback tries until then. */
const seed = new ProxyClientFunction("seed", {
  database,
  callbackFactory: () => require("lambda-rds-proxy/client").seedSampleRows,
  timeout: 900,
});
const seeded = seed.invokeOnDeploy();

/** Your function. Its code is in report.ts. */
const report = new ProxyClientFunction("report", { database, callbackFactory: () => require("./report").handler });

export const rows = report.invokeOnDeploy({}, { dependsOn: [seeded.resource] }).result;
export const functionName = report.functionName;
export const targetHealthCommand = database.targetHealthCommand;
