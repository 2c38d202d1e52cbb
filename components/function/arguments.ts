import type * as pulumi from "@pulumi/pulumi";
import type { ConnectableDatabase } from "../access/attributes";
import { checkBoundary } from "../base/boundary";
import { Fields } from "../base/fields";
import { checkLogRetention } from "../base/logs";
import { checkComponentName, checkKeyArn, groupIdForm, groupIdRule } from "../base/names";
import { checkOverrides, type Override } from "../base/override";
import { checkTags, type Tags } from "../base/scope";
import { isRecord, Validator } from "../base/validator";
import { checkEgress, type Egress } from "../network/egress";
import { type BundleArgs, checkBundle } from "./bundleArguments";
import { checkCode, type FunctionCode } from "./code";
import { checkEnvironment } from "./environment";
import type { LambdaHandler } from "./packaging";
import {
  type AsynchronousArgs,
  checkAsynchronous,
  checkProvisioned,
  checkUrl,
  type FunctionUrlArgs,
} from "./waysInArguments";

/** Arguments of {@link ProxyClientFunction}, with one of `callbackFactory`, `callback` and `code`. */
export type ProxyClientFunctionArgs = FunctionArgs & (WithFactory | WithCallback | WithCode);

interface WithFactory {
  /**
   * Returns the callback. Lambda calls it once for each container, so it should require the module that it needs:
   * `() => require("./handler").readSampleRows`. Paths are relative to the folder with Pulumi.yaml.
   */
  callbackFactory: () => LambdaHandler;
  callback?: undefined;
  code?: undefined;
}

interface WithCallback {
  /** The callback itself, for one that requires nothing and keeps nothing between invocations. */
  callback: LambdaHandler;
  callbackFactory?: undefined;
  code?: undefined;
}

interface WithCode {
  /**
   * A package that something else has made, in any language that Lambda runs. It finds in its environment what callbacks find
   * there: DB_ENDPOINT, DB_PORT, DB_USER, DB_NAME, and DB_SECRET_ARN or the word that it logs in with a token.
   */
  code: FunctionCode;
  callback?: undefined;
  callbackFactory?: undefined;
}

interface FunctionArgs {
  /**
   * The one database that the callback works with, through its proxy. For a second one, let the function in with the second
   * one's `allowFrom` and `grantConnect`, and pass its `environment` to the callback under other names.
   */
  database: ConnectableDatabase;
  /**
   * Database user to log in as: one of the database's `users`, or the master user.
   * @default the database's `defaultUser`: `app`, which may read and write
   */
  user?: string | undefined;
  /**
   * How the callback and what it requires become a package.
   * @default one file with everything, and a source map
   * @example { external: ["@aws-sdk/*"], install: ["sharp"] }
   */
  bundle?: BundleArgs | undefined;
  /**
   * Whether to use the proxy's endpoint for readers, which `proxy.readOnlyEndpoint` of the database creates.
   * @default false
   */
  readOnly?: boolean | undefined;
  /**
   * Memory in MiB, 128 to 10240. CPU grows with it.
   * @default 256
   */
  memorySize?: number | undefined;
  /**
   * Longest time that an invocation may take, in seconds, 1 to 900; more than the proxy's connectionBorrowTimeout.
   * @default 30
   */
  timeout?: number | undefined;
  /**
   * Further variables for the callback's environment. The component sets all names that begin with `DB_`, and Lambda sets
   * some that begin with `AWS_`.
   * @default none
   * @example { STAGE: pulumi.getStack() }
   */
  environment?: Record<string, pulumi.Input<string>> | undefined;
  /**
   * ARNs of layers, five at most.
   * @default none
   */
  layers?: pulumi.Input<string>[] | undefined;
  /** @default "arm64" */
  architecture?: Architecture | undefined;
  /**
   * Number of containers that are reserved for this function. It cannot have more, and 0 switches it off.
   * @default as many as the account has left
   */
  reservedConcurrency?: number | undefined;
  /**
   * Number of containers that Lambda keeps started, so that this many invocations at a time have no cold start; they are billed
   * while they wait. Callers have to invoke the function's alias `live`, as its `url` does.
   * @default none
   */
  provisionedConcurrency?: number | undefined;
  /**
   * Size of the folder /tmp in MiB, 512 to 10240.
   * @default 512
   */
  ephemeralStorage?: number | undefined;
  /**
   * What happens to asynchronous invocations that fail.
   * @default Lambda's own: two retries, within six hours
   */
  asynchronous?: AsynchronousArgs | undefined;
  /**
   * An HTTPS address of the function's own, which is then the component's `url`.
   * @default none
   * @example { authorizationType: "AWS_IAM", allowOrigins: ["https://example.com"] }
   */
  url?: FunctionUrlArgs | undefined;
  /**
   * Whether to trace invocations with X-Ray.
   * @default false
   */
  tracing?: boolean | undefined;
  /**
   * Days for which logs are kept, one of the numbers that CloudWatch Logs offers.
   * @default 14
   */
  logRetentionInDays?: number | undefined;
  /**
   * ARN of an SQS queue that gets the events of asynchronous invocations that have failed after all retries.
   * @default none
   */
  deadLetterQueueArn?: pulumi.Input<string> | undefined;
  /**
   * An existing role that Lambda can take on. The component adds what the function needs to it, as inline policies.
   * @default a role of its own
   * @example { name: role.name, arn: role.arn }
   */
  role?: { name: pulumi.Input<string>; arn: pulumi.Input<string> } | undefined;
  /**
   * Existing security groups, one to five. They have to let the function out to the proxy and to Secrets Manager.
   * @default a group of its own, which lets everything out and nothing in
   */
  securityGroupIds?: pulumi.Input<string>[] | undefined;
  /**
   * What the function's own security group lets out: everything, or only what it needs to reach the proxy and, to log in with a
   * password, Secrets Manager. Without an endpoint for Secrets Manager here, that is HTTPS to any address.
   * @default "all"
   */
  egress?: Egress | undefined;
  /**
   * ARN of a policy that limits what the function's own role may do at most (a permissions boundary).
   * @default none
   */
  permissionsBoundary?: pulumi.Input<string> | undefined;
  /**
   * ARN of the key that encrypts the function's log. The key's policy has to let CloudWatch Logs use it.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   * @default CloudWatch's own encryption
   */
  logKmsKeyArn?: pulumi.Input<string> | undefined;
  /**
   * Changes to the resources that the component creates, made with {@link override}.
   * @default none
   */
  overrides?: Override[] | undefined;
  /**
   * Tags for every resource that can carry tags.
   * @default none
   */
  tags?: Tags | undefined;
}

/** The arguments with defaults filled in and every value checked. */
export type ProxyClientFunctionSettings = ReturnType<typeof normalize>;

/** What a function in a database's VPC is created with, whatever it does there. */
export type LambdaSettings = Pick<
  ProxyClientFunctionSettings,
  | "architecture"
  | "deadLetterQueueArn"
  | "egress"
  | "ephemeralStorage"
  | "layers"
  | "logKmsKeyArn"
  | "logRetentionInDays"
  | "memorySize"
  | "provisionedConcurrency"
  | "reservedConcurrency"
  | "role"
  | "securityGroupIds"
  | "timeout"
  | "tracing"
> & { database: Pick<ConnectableDatabase, "attributes"> };

/** @throws ArgumentError at the first argument that cannot work */
export function normalize(name: string, args: ProxyClientFunctionArgs) {
  const check = new Validator(`ProxyClientFunction "${name}"`);
  checkComponentName(check, name);
  const given = new Fields<ProxyClientFunctionArgs>(check, "", args);
  const database = checkDatabase(given);
  const settings = {
    database,
    ...checkCallback(given),
    bundle: checkBundle(given.object("bundle")),
    user: given.oneOf("user", Object.keys(database.attributes.users), undefined),
    readOnly: checkReadOnly(given, database),
    memorySize: given.number("memorySize", { min: 128, max: 10_240, unit: "MiB" }, 256),
    timeout: checkTimeout(given, database),
    environment: checkEnvironment(given),
    layers: checkLayers(given),
    provisionedConcurrency: checkProvisioned(given),
    ephemeralStorage: given.number("ephemeralStorage", { min: 512, max: 10_240, unit: "MiB" }, undefined),
    asynchronous: checkAsynchronous(given),
    url: checkUrl(given),
    reservedConcurrency: given.number("reservedConcurrency", { min: 0, max: 100_000, unit: "containers" }, undefined),
    deadLetterQueueArn: given.input(
      "deadLetterQueueArn",
      /^arn:[a-z-]+:sqs:/,
      "failed events are handed to an SQS queue: give its ARN",
    ),
    role: checkRole(given),
    securityGroupIds: checkGroups(given, database),
    architecture: given.oneOf("architecture", ["arm64", "x86_64"], "arm64"),
    tracing: given.boolean("tracing", false),
    logRetentionInDays: checkLogRetention(given),
    egress: checkEgress(given),
    permissionsBoundary: checkBoundary(given),
    logKmsKeyArn: checkKeyArn(given, "logKmsKeyArn"),
    overrides: checkOverrides(given),
    tags: checkTags(given),
  };
  given.end();
  return settings;
}

type Architecture = "arm64" | "x86_64";
type Given = Fields<ProxyClientFunctionArgs>;

function checkDatabase(given: Given): ConnectableDatabase {
  const database = given.value("database") as ConnectableDatabase | undefined;
  if (Array.isArray(database)) {
    given.check.refuse(
      "database",
      database.length,
      "a function is wired to one: let it into others with their allowFrom",
    );
  }
  if (!isRecord(database?.attributes)) given.refuse("database", "the callback needs one: give a ProxiedDatabase");
  return database;
}

function checkCallback(given: Given): {
  callback: LambdaHandler | undefined;
  callbackFactory: (() => LambdaHandler) | undefined;
  code: FunctionCode | undefined;
} {
  const code = checkCode(given);
  if (code !== undefined) return { callback: undefined, callbackFactory: undefined, code };
  const callback = given.value("callback");
  const callbackFactory = given.value("callbackFactory");
  if (callback !== undefined && callbackFactory !== undefined) {
    const rule = "a function has one callback: leave out one of them";
    given.check.refuse("callback", "given together with callbackFactory", rule);
  }
  if (callback === undefined && typeof callbackFactory !== "function") {
    given.refuse("callbackFactory", "it must be a function that returns the callback");
  }
  if (callback !== undefined && typeof callback !== "function") {
    given.refuse("callback", "it must be an async function");
  }
  return {
    callback: callback as LambdaHandler,
    callbackFactory: callbackFactory as () => LambdaHandler,
    code: undefined,
  };
}

function checkReadOnly(given: Given, { attributes }: ConnectableDatabase): boolean {
  const readOnly = given.boolean("readOnly", false);
  if (readOnly && attributes.readOnlyEndpoint === undefined) {
    given.refuse("readOnly", "the database has no such endpoint: set its proxy.readOnlyEndpoint");
  }
  return readOnly;
}

function checkTimeout(given: Given, { attributes: { connectionBorrowTimeout } }: ConnectableDatabase): number {
  const timeout = given.number("timeout", { min: 1, max: 900, unit: "seconds" }, 30);
  if (timeout > connectionBorrowTimeout) return timeout;
  const rule =
    `the proxy lets clients wait ${connectionBorrowTimeout} seconds for a connection, so the function would end before it` +
    " learns that there is none: raise timeout, or lower the database's proxy.connectionBorrowTimeout";
  return given.check.refuse("timeout", timeout, rule);
}

function checkLayers(given: Given): pulumi.Input<string>[] | undefined {
  const layers = given.list("layers", "ARNs") as pulumi.Input<string>[] | undefined;
  if (layers === undefined) return undefined;
  if (layers.length > 5) given.check.refuse("layers", layers.length, "Lambda takes five at most: merge some of them");
  for (const layer of layers) {
    given.check.matchingIfPlain("one of layers", layer, /^arn:/, "it must be the ARN of a version of a layer");
  }
  return layers;
}

function checkRole(given: Given): FunctionArgs["role"] {
  const role = given.optionalObject<Required<FunctionArgs>["role"] & object>("role");
  if (role === undefined) return undefined;
  const settings = {
    name: role.requiredInput(
      "name",
      /^[\w+=,.@-]{1,64}$/,
      "it must be the role's name, not its ARN: policies are added to the role by name",
    ),
    arn: role.requiredInput("arn", /^arn:[a-z-]+:iam:/, "it must be the role's ARN, as which Lambda runs the function"),
  };
  role.end();
  return settings;
}

function checkGroups(given: Given, { attributes }: ConnectableDatabase): pulumi.Input<string>[] | undefined {
  const ids = given.list("securityGroupIds", "ids of security groups") as pulumi.Input<string>[] | undefined;
  if (ids === undefined) return undefined;
  if (ids.length < 1 || ids.length > 5) {
    given.refuse("securityGroupIds", "Lambda takes one to five groups: leave it out for one of its own");
  }
  const taken = [attributes.proxySecurityGroupId, attributes.databaseSecurityGroupId].filter(Boolean);
  if (ids.some((id) => taken.includes(id))) {
    const rule =
      "that is the proxy's or the database's group, and sharing it lets nobody in: give the function its own";
    given.refuse("securityGroupIds", rule);
  }
  for (const id of ids) given.check.matchingIfPlain("one of securityGroupIds", id, groupIdForm, groupIdRule);
  return ids;
}
