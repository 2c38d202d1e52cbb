import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";
import { existing, vpc } from "./database";

const database = new ProxiedDatabase("orders", {
  vpc: { ...vpc, secretsManagerEndpoint: true },
  database: { existing },
  databaseName: "shop",
  migrations: "./migrations",
});
const report = new ProxyClientFunction("report", {
  database,
  callbackFactory: () => (require("./report") as typeof import("./report")).handler,
});

export const rows = report.invokeOnDeploy().result;
