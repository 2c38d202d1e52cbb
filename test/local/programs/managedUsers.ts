import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  type AuthMode,
  type CredentialsArgs,
  type DatabaseArgs,
  override,
  ProxiedDatabase,
  ProxyClientFunction,
} from "../../../components";
import { existingDatabase } from "./existingDatabase";

type Reporting = typeof import("./handlers/reporting");

/** Users that the deployment makes, and what each of them can do through the proxy. */
const config = new pulumi.Config();
const auth = config.require<AuthMode>("auth");
const credentials = config.requireObject<CredentialsArgs>("credentials");
const given = config.requireObject<DatabaseArgs | { before: "instance" }>("database");

const database = new ProxiedDatabase("sample", {
  auth,
  migrations: "./test/local/programs/migrations",
  ...("before" in given
    ? existingDatabase("sample", given.before, "managedByRds" in credentials)
    : { credentials, database: given }),
  users: {
    writing: { grants: "owner", rotation: 1 },
    reporting: { grants: "read-only", rotation: { days: 30 } },
  },
  // A test does not wait for minutes until the old password ends.
  overrides: [
    override(aws.lambda.Function, (args) => {
      const { variables } = (args.environment ?? {}) as { variables?: Record<string, string> };
      return variables?.ROTATE_GRACE === undefined
        ? args
        : { ...args, environment: { variables: { ...variables, ROTATE_GRACE: "0" } } };
    }),
  ],
});
export const report = new ProxyClientFunction("report", {
  database,
  user: "reporting",
  callbackFactory: () => (require("./test/local/programs/handlers/reporting") as Reporting).report,
}).invokeOnDeploy().result;
