import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";

const database = new ProxiedDatabase("shop", { migrations: "./migrations" });

const api = new ProxyClientFunction("api", {
  database,
  callbackFactory: () => (require("./api") as typeof import("./api")).handler,
  // Callers need the permission lambda:InvokeFunctionUrl. "NONE" lets in everybody.
  url: { authorizationType: "AWS_IAM" },
  timeout: 10,
});

/** A request as the URL sends it, to see at the end of a deployment that all of it works. */
const order = { body: JSON.stringify({ customer: "hanako", product: "tea", quantity: 2 }) };

export const rows = api.invokeOnDeploy(order).result;
export const url = api.url;
