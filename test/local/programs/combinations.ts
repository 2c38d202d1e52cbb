import * as pulumi from "@pulumi/pulumi";
import {
  type AuthMode,
  type CredentialsArgs,
  type DatabaseArgs,
  type Egress,
  ProxiedDatabase,
  ProxyClientFunction,
} from "../../../components";
import { existingDatabase } from "./existingDatabase";

type Handler = typeof import("../../../handler");

/** A database that the program puts behind a proxy, fills and reads. */
export interface Combination {
  name: string;
  credentials: CredentialsArgs;
  auth: AuthMode;
  /** What proxy, database and functions may send. */
  egress?: Egress;
  /** The database that the component creates, or the kind of database that exists before it. */
  database: DatabaseArgs | { before: "instance" | "cluster" };
}

/** The rows of each combination in the configuration, by its name. */
export const rows = Object.fromEntries(
  new pulumi.Config()
    .requireObject<Combination[]>("combinations")
    .map((combination) => [combination.name, rowsOf(combination)]),
);

function rowsOf({ name, credentials, auth, egress, database: given }: Combination): pulumi.Output<unknown> {
  const readOnlyEndpoint = "readers" in given;
  const database = new ProxiedDatabase(name, {
    auth,
    egress,
    migrations: "./migrations",
    proxy: { readOnlyEndpoint },
    ...("before" in given
      ? existingDatabase(name, given.before, "managedByRds" in credentials)
      : { credentials, database: given }),
  });
  return new ProxyClientFunction(name, {
    database,
    egress,
    readOnly: readOnlyEndpoint,
    callbackFactory: () => (require("./handler") as Handler).readSampleRows,
  }).invokeOnDeploy().result;
}
