import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";

const database = new ProxiedDatabase("orders");
const hello = new ProxyClientFunction("hello", {
  database,
  callbackFactory: () => (require("./hello") as typeof import("./hello")).handler,
});

export const rows = hello.invokeOnDeploy().result;
