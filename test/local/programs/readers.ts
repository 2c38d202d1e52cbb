import { ProxiedDatabase, ProxyClientFunction } from "../../../components";

type Reporting = typeof import("./handlers/reporting");

/** A cluster with a reader, and two functions that read and then write. One of them uses the endpoint for readers. */
const database = new ProxiedDatabase("sample", {
  database: { engine: "aurora-mysql", readers: 1 },
  proxy: { readOnlyEndpoint: true },
  migrations: "./migrations",
});
export const { readOnlyEndpoint } = database;

const callbackFactory = () => (require("./test/local/programs/handlers/reporting") as Reporting).report;
const reader = new ProxyClientFunction("read", { database, readOnly: true, callbackFactory });
const reading = reader.invokeOnDeploy();
export const throughReaders = reading.result;

const writer = new ProxyClientFunction("write", { database, callbackFactory });
export const throughWriter = writer.invokeOnDeploy({}, { dependsOn: [reading.resource] }).result;
