import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";

const database = new ProxiedDatabase("orders", {
  database: {
    engine: "aurora-mysql",
    serverless: { minCapacity: 0.5, maxCapacity: 4 },
    readers: 1,
  },
  // Functions log in with a token of fifteen minutes. They read no secret, and need no way to Secrets Manager.
  auth: "iam",
  proxy: { readOnlyEndpoint: true },
  migrations: "./migrations",
});

/** Reads from the reader. A write there would be refused. */
const report = new ProxyClientFunction("report", {
  database,
  readOnly: true,
  callbackFactory: () => (require("./report") as typeof import("./report")).handler,
});

export const rows = report.invokeOnDeploy().result;
export const { proxyEndpoint, readOnlyEndpoint } = database;
