import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ManagedUser, ManageEnvironment, ManageEvent, PasswordPlugin } from "../../handler/manage/event";
import { verifiersOf } from "../../handler/manage/verifier";
import type { Scope } from "../base/scope";
import type { Migration } from "../database/migrations";
import type { DatabaseServer } from "../database/server";
import { createLambda } from "../function/lambda";
import type { DatabaseUser } from "../login/auth";
import type { Egress } from "../network/egress";
import { announceFirst } from "./contents";
import { packageManager } from "./packageManager";
import { sealed } from "./seal";
import { fixedSettings } from "./settings";
import { type Manageable, wayToDatabase, wayToProxy } from "./ways";

/**
 * What the managing function works with.
 *
 * It comes through the proxy, as the master user. With end-to-end IAM the proxy does not let the master user in, so there the function
 * reaches the database itself. docs/users-and-migrations.md says why.
 */
export interface ManagerContext {
  database: Manageable;
  server: DatabaseServer;
  /** Name of the user that manages: the master user. */
  masterUser: string;
  /** ARN of the master user's secret, where the function reaches the database itself. */
  masterSecretArn: pulumi.Output<string> | undefined;
  /** What the function waits for. */
  dependsOn: pulumi.Resource[];
  users: DatabaseUser[];
  migrations: Migration[];
  /** The users and migrations as people are told of them. */
  contents: Record<string, string>;
  /** Whether the database was there before the program, and so stays when the program goes. */
  isExisting: boolean;
  clientPasswordAuthType: string | undefined;
  egress: Egress;
  logKmsKeyArn: pulumi.Input<string> | undefined;
}

/** A value, parts of which may be known only later. */
type Later<T> = pulumi.Input<T> | (T extends object ? { [K in keyof T]: Later<T[K]> } : never);

/**
 * Creates the function that makes users in the database, and invokes it whenever something of them changes.
 *
 * The function gets verifiers and no passwords, so its role may read no secret but the master user's.
 *
 * @param owner who makes these users, among all that make users in this database
 * @returns the invocation, and what ends the passwords that it has replaced
 */
export function createManager(scope: Scope, owner: string, context: ManagerContext): Manager {
  const { database, server, egress, logKmsKeyArn } = context;
  const { result: key } = scope.create(random.RandomPassword, "key", { length: 32, special: false });
  announceFirst(context.contents, key, scope.parent);
  const secrets = { MANAGE_KEY: pulumi.secret(key) } satisfies pulumi.Inputs & Record<keyof ManageEnvironment, unknown>;
  const way =
    context.masterSecretArn === undefined ? wayToProxy(context) : wayToDatabase(context, context.masterSecretArn);
  const lambda = createLambda(
    scope,
    { database, egress, logKmsKeyArn, ...fixedSettings },
    {
      code: packageManager(scope.name, way.module, context.migrations),
      variables: { ...way.variables, ...secrets },
      needs: way.needs,
    },
  );
  const event: Later<Omit<ManageEvent, "tf">> & pulumi.Inputs = {
    owner,
    users: Object.fromEntries(context.users.flatMap((user) => entryOf(user, key, context))),
    ...migrationsIn(context.migrations),
    onDelete: context.isExisting ? "drop" : "try",
    // What else asks for another invocation.
    code: lambda.codeHash,
    resource: server.resourceId,
  };
  const functionName = lambda.function.name;
  const managed = scope.create(
    aws.lambda.Invocation,
    "on-deploy",
    { functionName, input: pulumi.jsonStringify(event), lifecycleScope: "CRUD" },
    { dependsOn: [...lambda.egress, ...way.letIn(scope, lambda)] },
  );
  const rotations = Object.fromEntries(
    context.users.flatMap(({ name, managed: of }) => (of?.rotation === undefined ? [] : [[name, String(of.rotation)]])),
  );
  const endOldPasswords = (dependsOn: pulumi.Resource[]): pulumi.Resource[] => {
    const names = Object.keys(rotations);
    if (names.length === 0) return [];
    const input = JSON.stringify({ owner, users: {}, onDelete: event.onDelete, endOldPasswords: names });
    const args = { functionName, input, triggers: rotations };
    return [scope.create(aws.lambda.Invocation, "end-old-passwords", args, { dependsOn })];
  };
  return { managed, endOldPasswords };
}

/** What the managing function does in a deployment. */
export interface Manager {
  /** The invocation that makes the database what the program says. */
  managed: pulumi.Resource;
  /**
   * Ends the old passwords of users whose passwords the program numbers.
   *
   * @param dependsOn what has to have the new ones first: the secrets
   */
  endOldPasswords: (dependsOn: pulumi.Resource[]) => pulumi.Resource[];
}

/** The migrations as the event has them. */
function migrationsIn(migrations: Migration[]): Pick<ManageEvent, "migrations" | "undo"> {
  const unwanted = migrations.filter(({ isWanted }) => !isWanted).map(({ name }) => name);
  return {
    migrations: Object.fromEntries(
      migrations.filter(({ isWanted }) => isWanted).map(({ name, checksum }) => [name, checksum]),
    ),
    ...(unwanted.length > 0 && { undo: unwanted }),
  };
}

/** A user as the event has it, by its name. */
function entryOf(
  { name, managed }: DatabaseUser,
  key: pulumi.Output<string>,
  { clientPasswordAuthType }: ManagerContext,
): [string, Later<ManagedUser>][] {
  if (managed === undefined) return [];
  const { password, grants, keep, adopt } = managed;
  const user = { grants, keep, adopt };
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
