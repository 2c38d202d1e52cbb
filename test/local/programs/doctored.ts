import * as pulumi from "@pulumi/pulumi";
import { ProxiedDatabase, ProxyClientFunction } from "../../../components";

/** A database and a function for the doctor to look at. */
const auth = new pulumi.Config().get("auth") === "iam" ? "iam" : "password";
const database = new ProxiedDatabase("sample", {
  auth,
  migrations: "./migrations",
  proxy: { connectionBorrowTimeout: 1, maxConnectionsPercent: 5 },
});
const reader = new ProxyClientFunction("read", {
  database,
  callbackFactory: () => (require("./handler") as typeof import("../../../handler")).readSampleRows,
  timeout: 6,
});
export const rows = reader.invokeOnDeploy().result;
export const functionName = reader.functionName;
