import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";

const database = new ProxiedDatabase("article", {
  // Step 1: MySQL with one instance and a password. 8.0 and db.t2.micro are history: see README.md.
  database: { engine: "mysql", instanceClass: "db.t4g.micro" },
  auth: "password",
  // Step 2: a host in the same VPC for people, through Session Manager, and the table with its two rows.
  bastion: true,
  migrations: "./migrations",
  // Steps 3 and 4: the secret, and the proxy with all of the database's connections. Debug logging is for trying out only.
  proxy: { maxConnectionsPercent: 100, debugLogging: true },
});

// Steps 5 and 6: the function, and its invocation.
const read = new ProxyClientFunction("read", {
  database,
  callbackFactory: () => (require("./read") as typeof import("./read")).handler,
});

export const rows = read.invokeOnDeploy().result;
export const { bastionCommand, targetHealthCommand } = database;
