import { ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "../../../components";

/** Only the type, as in the program. */
type Handler = typeof import("../../../handler");

/** This project's own program. Loading it runs it, so it is loaded anew each time. */
export function sampleProgram(): Promise<Record<string, unknown>> {
  const main = require.resolve("../../../index");
  Reflect.deleteProperty(require.cache, main);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would run it once only
  return Promise.resolve({ ...(require(main) as object) });
}

/** The same with other arguments. */
export function programWith(args: ProxiedDatabaseArgs): () => Promise<Record<string, unknown>> {
  return () => {
    const database = new ProxiedDatabase("sample", { migrations: "./migrations", ...args });
    const reader = new ProxyClientFunction("read", {
      database,
      // From the folder that the tests run in, as in the program.
      callbackFactory: () => (require("./handler") as Handler).readSampleRows,
    });
    return Promise.resolve({ rows: reader.invokeOnDeploy().result });
  };
}
