import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";

const database = new ProxiedDatabase("orders", { migrations: "./migrations" });
const topCustomers = new ProxyClientFunction("top-customers", {
  database,
  callbackFactory: () => (require("./topCustomers") as typeof import("./topCustomers")).topCustomers,
});

export const rows = topCustomers.invokeOnDeploy({ limit: 2 }).result;
