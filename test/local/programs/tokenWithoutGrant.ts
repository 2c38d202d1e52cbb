import { ProxiedDatabase, ProxyClientFunction } from "../../../components";

/** The function's role may connect as another user only. */
const database = new ProxiedDatabase(
  "sample",
  { auth: "iam" },
  {
    transformations: [
      ({ name, props, opts }) =>
        name === "sample-read-connect" ? { props: { ...props, policy: policyFor("somebody") }, opts } : undefined,
    ],
  },
);
const reader = new ProxyClientFunction("read", {
  database,
  callbackFactory: () => (require("./handler") as typeof import("../../../handler")).readSampleRows,
});
export const rows = reader.invokeOnDeploy().result;

function policyFor(user: string): string {
  const Resource = `arn:aws:rds-db:ap-northeast-1:123456789012:dbuser:*/${user}`;
  const Statement = [{ Effect: "Allow", Action: "rds-db:connect", Resource }];
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
