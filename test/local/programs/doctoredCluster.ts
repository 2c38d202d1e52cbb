import { ProxiedDatabase, ProxyClientFunction } from "../../../components";

/** An Aurora cluster, and a function that reads through the endpoint for readers. */
const database = new ProxiedDatabase("sample", {
  database: { engine: "aurora-mysql", readers: 1 },
  migrations: "./migrations",
  proxy: { readOnlyEndpoint: true },
});
const reader = new ProxyClientFunction("read", {
  database,
  callbackFactory: () => (require("./handler") as typeof import("../../../handler")).readSampleRows,
  environment: {},
});
export const functionName = reader.functionName;
