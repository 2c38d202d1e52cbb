import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";

/** A MySQL database behind RDS Proxy, in a VPC of its own. The deployment applies the files in migrations/, each of them once. */
const database = new ProxiedDatabase("orders", { migrations: "./migrations" });

/** Your function. Its code is in report.ts. */
const report = new ProxyClientFunction("report", { database, callbackFactory: () => require("./report").handler });

export const rows = report.invokeOnDeploy().result;
export const functionName = report.functionName;
export const targetHealthCommand = database.targetHealthCommand;
