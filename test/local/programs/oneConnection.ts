import { ProxiedDatabase, ProxyClientFunction } from "../../../components";

type Transaction = typeof import("./handlers/transaction");

/** A proxy that may open only one connection, and a function that needs two. */
const database = new ProxiedDatabase("sample", { proxy: { maxConnectionsPercent: 1, connectionBorrowTimeout: 1 } });
const asker = new ProxyClientFunction("ask", {
  database,
  callbackFactory: () => (require("./test/local/programs/handlers/transaction") as Transaction).askForSecond,
});
export const outcome = asker.invokeOnDeploy().result;
