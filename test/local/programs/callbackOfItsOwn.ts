import { ProxiedDatabase, ProxyClientFunction } from "../../../components";

/** A callback written in place, which reports what it finds around it. */
const database = new ProxiedDatabase("sample");
const inspector = new ProxyClientFunction("inspect", {
  database,
  callbackFactory: () => {
    let invocations = 0;
    return () => Promise.resolve({ invocations: ++invocations, variables: Object.keys(process.env).sort() });
  },
});
export const found = inspector.invokeOnDeploy().result;
