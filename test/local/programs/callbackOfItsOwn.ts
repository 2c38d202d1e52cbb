import { ProxiedDatabase, ProxyClientFunction } from "../../../components";

/** A callback that is written in place and reports its environment. */
const database = new ProxiedDatabase("sample");
const inspector = new ProxyClientFunction("inspect", {
  database,
  callbackFactory: () => {
    let invocations = 0;
    return () => Promise.resolve({ invocations: ++invocations, variables: Object.keys(process.env).sort() });
  },
});
export const found = inspector.invokeOnDeploy().result;
