import { ProxiedDatabase, ProxyClientFunction } from "../../../components";

/** The proxy's security group lets the function in on another port only. */
const database = new ProxiedDatabase(
  "sample",
  // The function's connect timeout is one second longer than this.
  { proxy: { connectionBorrowTimeout: 1 } },
  {
    transformations: [
      ({ name, props, opts }) =>
        name === "sample-read-to-proxy" ? { props: { ...props, fromPort: 3307, toPort: 3307 }, opts } : undefined,
    ],
  },
);
const reader = new ProxyClientFunction("read", {
  database,
  callbackFactory: () => (require("./handler") as typeof import("../../../handler")).readSampleRows,
});
export const rows = reader.invokeOnDeploy().result;
