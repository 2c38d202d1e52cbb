import { ProxiedDatabase } from "../../../components";

/** The proxy's role may read another secret only. */
new ProxiedDatabase(
  "sample",
  {},
  {
    transformations: [
      ({ type, name, props, opts }) =>
        type === "aws:iam/rolePolicy:RolePolicy" && name === "sample-proxy"
          ? {
              props: { ...props, policy: policyFor("arn:aws:secretsmanager:us-east-1:123456789012:secret:other") },
              opts,
            }
          : undefined,
    ],
  },
);

function policyFor(resource: string): string {
  const statement = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: resource };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
