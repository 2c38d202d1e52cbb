import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ManagedUser, ManageEnvironment, ManageEvent, PasswordPlugin } from "../../handler/manage/event";
import { type ClientAccess, type ConnectableDatabase, environmentOf } from "../access/attributes";
import type { Scope } from "../base/scope";
import type { DatabaseServer } from "../database/server";
import { needsOfClient } from "../function/groups";
import { createLambda } from "../function/lambda";
import { packageModule } from "../function/packaging";
import type { DatabaseUser } from "../login/auth";
import { verifiersOf } from "../login/verifier";
import type { Egress } from "../network/egress";
import { sealed } from "./seal";

/** What the managing function works with. */
export interface ManagerContext {
  database: ConnectableDatabase & { grantAccess: (client: string, access: ClientAccess) => pulumi.Resource[] };
  server: DatabaseServer;
  /** Name of the user that manages: the master user. */
  masterUser: string;
  users: DatabaseUser[];
  /** Whether the database was there before the program, and so stays when the program goes. */
  isExisting: boolean;
  clientPasswordAuthType: string | undefined;
  egress: Egress;
  logKmsKeyArn: pulumi.Input<string> | undefined;
}

/** A value, parts of which may be known only later. */
type Later<T> = pulumi.Input<T> | (T extends object ? { [K in keyof T]: Later<T[K]> } : never);

/** The name under which the managing function is let in. */
const client = "database-manager";

/**
 * Creates the function that makes users in the database, and invokes it whenever something of them changes. It comes through the proxy
 * like any other client, as the master user: docs/users-and-migrations.md says why.
 *
 * The function gets verifiers and no passwords, so its role may read no secret but the master user's.
 *
 * @returns the invocation
 */
export function createManager(scope: Scope, owner: string, context: ManagerContext): pulumi.Resource {
  const { database, masterUser, server, egress, logKmsKeyArn } = context;
  const { attributes } = database;
  const { result: key } = scope.create(random.RandomPassword, "key", { length: 32, special: false });
  const secrets = { MANAGE_KEY: pulumi.secret(key) } satisfies pulumi.Inputs & Record<keyof ManageEnvironment, unknown>;
  const lambda = createLambda(
    scope,
    {
      database,
      egress,
      logKmsKeyArn,
      architecture: "arm64",
      memorySize: 256,
      // A new proxy's target takes minutes to become available, and the function tries until then.
      timeout: 900,
      logRetentionInDays: 14,
      tracing: false,
      deadLetterQueueArn: undefined,
      ephemeralStorage: undefined,
      layers: undefined,
      provisionedConcurrency: undefined,
      reservedConcurrency: undefined,
      role: undefined,
      securityGroupIds: undefined,
    },
    {
      code: packageModule(require.resolve("../../handler/manage"), "manage"),
      variables: { ...environmentOf(attributes, { user: masterUser }), ...secrets },
      needs: needsOfClient(attributes, masterUser),
    },
  );
  const event: Later<Omit<ManageEvent, "tf">> & pulumi.Inputs = {
    owner,
    users: Object.fromEntries(context.users.flatMap((user) => entryOf(user, key, context))),
    onDelete: context.isExisting ? "drop" : "try",
    // What else asks for another invocation.
    code: lambda.codeHash,
    resource: server.resourceId,
  };
  const access = { source: lambda.securityGroupIds[0] ?? "", roleName: lambda.roleName, user: masterUser };
  return scope.create(
    aws.lambda.Invocation,
    "on-deploy",
    { functionName: lambda.function.name, input: pulumi.jsonStringify(event), lifecycleScope: "CRUD" },
    {
      dependsOn: [...lambda.egress, ...database.grantAccess(client, access), ...database.ready],
    },
  );
}

/** A user as the event has it, by its name. */
function entryOf(
  { name, managed }: DatabaseUser,
  key: pulumi.Output<string>,
  { clientPasswordAuthType }: ManagerContext,
): [string, Later<ManagedUser>][] {
  if (managed === undefined) return [];
  const { password, ...user } = managed;
  if (password === undefined) return [[name, { ...user, login: { iam: true } }]];
  const plugin = clientPasswordAuthType?.replace(/^MYSQL_/, "").toLowerCase() as PasswordPlugin | undefined;
  const verifiers = pulumi
    .all([password, key])
    .apply(([text, secretKey]) => sealed(verifiersOf(name, text), secretKey));
  // Nobody can read it without the key, and a secret would hide the rest of the event from previews.
  return [
    [name, { ...user, login: { ...(plugin !== undefined && { plugin }), verifiers: pulumi.unsecret(verifiers) } }],
  ];
}
