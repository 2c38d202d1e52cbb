import type * as pulumi from "@pulumi/pulumi";
import type { ConnectableDatabase } from "../access/attributes";
import { checkComponentName } from "../base/names";
import type { Override } from "../base/override";
import type { Tags } from "../base/scope";
import { Validator } from "../base/validator";
import { checkLogRetention } from "../proxy/arguments";
import type { LambdaHandler } from "./packaging";

/** Arguments of {@link ProxyClientFunction}. */
export interface ProxyClientFunctionArgs {
  /**
   * The database that the callback works with, through its proxy: one. For a second one, let the function in with that
   * one's `allowFrom` and `grantConnect`, and hand its `environment` to the callback under other names.
   */
  database: ConnectableDatabase;
  /**
   * Returns the callback. It is run once per container, inside Lambda, so it should require the module it needs:
   * `() => require("./handler").readSampleRows`. Paths are relative to the folder with Pulumi.yaml.
   * Either this or `callback`.
   */
  callbackFactory?: (() => LambdaHandler) | undefined;
  /** The callback itself, for one that requires nothing and keeps nothing between invocations. */
  callback?: LambdaHandler | undefined;
  /**
   * Database user to log in as: the master user, or one of the database's `users`.
   * @default the master user; with `auth: "iam-end-to-end"` the first of `users`
   */
  user?: string | undefined;
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
   * Further variables for the callback's environment. Names that begin with `DB_` belong to the component, and some that
   * begin with `AWS_` to Lambda.
   * @default none
   */
  environment?: Record<string, pulumi.Input<string>> | undefined;
  /**
   * ARNs of layers, five at most.
   * @default none
   */
  layers?: pulumi.Input<string>[] | undefined;
  /** @default "arm64" */
  architecture?: "arm64" | "x86_64" | undefined;
  /**
   * Number of containers that are reserved for this function, and the most it can have; 0 switches it off.
   * @default as many as the account has left
   */
  reservedConcurrency?: number | undefined;
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
   * ARN of an SQS queue that gets the events of asynchronous invocations that failed for good.
   * @default none
   */
  deadLetterQueueArn?: pulumi.Input<string> | undefined;
  /**
   * An existing role, which Lambda can take on. What the function needs is added to it as inline policies.
   * @default a role of its own
   */
  role?: { name: pulumi.Input<string>; arn: pulumi.Input<string> } | undefined;
  /**
   * Existing security groups, one to five, which have to let the function out to the proxy and to Secrets Manager.
   * @default a group of its own, which lets everything out and nothing in
   */
  securityGroupIds?: pulumi.Input<string>[] | undefined;
  /** Changes to the resources that the component creates, made with {@link override}. */
  overrides?: Override[] | undefined;
  /** Tags for every resource that can carry tags. */
  tags?: Tags | undefined;
}

/** The arguments with defaults filled in and every value checked. */
export interface ProxyClientFunctionSettings extends ProxyClientFunctionArgs {
  callback: LambdaHandler | undefined;
  memorySize: number;
  timeout: number;
  environment: Record<string, pulumi.Input<string>>;
  architecture: "arm64" | "x86_64";
  tracing: boolean;
  logRetentionInDays: number;
  overrides: Override[];
  tags: Tags;
}

/** @throws ArgumentError at the first argument that cannot work */
export function normalize(name: string, args: ProxyClientFunctionArgs): ProxyClientFunctionSettings {
  const check = new Validator(`ProxyClientFunction "${name}"`);
  checkComponentName(check, name);
  checkDatabase(check, args);
  checkCallback(check, args);
  const { environment = {}, layers = [], reservedConcurrency, deadLetterQueueArn } = args;
  for (const name of Object.keys(environment)) checkVariable(check, name);
  if (layers.length > 5) check.refuse("layers", layers.length, "Lambda takes five at most: merge some of them");
  if (reservedConcurrency !== undefined) {
    check.wholeNumber("reservedConcurrency", reservedConcurrency, 0, 100_000, "containers");
  }
  if (deadLetterQueueArn !== undefined) {
    const rule = "failed events are handed to an SQS queue: give its ARN";
    check.matchingIfPlain("deadLetterQueueArn", deadLetterQueueArn, /^arn:[a-z-]+:sqs:/, rule);
  }
  return check.noOther("an argument", args, {
    database: args.database,
    callbackFactory: args.callbackFactory,
    callback: args.callback,
    user: args.user,
    readOnly: args.readOnly,
    memorySize: check.wholeNumber("memorySize", args.memorySize ?? 256, 128, 10_240, "MiB"),
    timeout: checkTimeout(check, args),
    environment,
    layers: args.layers,
    reservedConcurrency,
    deadLetterQueueArn,
    role: args.role,
    securityGroupIds: args.securityGroupIds,
    architecture: check.oneOf("architecture", args.architecture ?? "arm64", ["arm64", "x86_64"]),
    tracing: args.tracing ?? false,
    logRetentionInDays: checkLogRetention(check, "logRetentionInDays", args.logRetentionInDays),
    overrides: args.overrides ?? [],
    tags: args.tags ?? {},
  });
}

/**
 * Variables that Lambda sets itself and does not let anyone else set.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
const lambdaVariables = new RegExp(
  "^(AWS_((DEFAULT_)?REGION|EXECUTION_ENV|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN" +
    "|LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API))" +
    "|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$",
);

function checkVariable(check: Validator, name: string): void {
  if (name.startsWith("DB_")) {
    check.refuse("environment", name, "names that begin with DB_ are what the component sets: choose another one");
  }
  if (lambdaVariables.test(name)) {
    check.refuse("environment", name, "Lambda sets that variable itself: choose another name");
  }
  const rule = "Lambda's variables begin with a letter and have two or more letters, digits and underscores: rename it";
  check.matching("environment", name, /^[A-Za-z][A-Za-z0-9_]+$/, rule);
}

function checkDatabase(
  check: Validator,
  { database, user, readOnly, securityGroupIds }: ProxyClientFunctionArgs,
): void {
  if (Array.isArray(database)) {
    check.refuse("database", database.length, "a function is wired to one: let it into others with their allowFrom");
  }
  // JavaScript programs may leave it out.
  const attributes = (database as ConnectableDatabase | undefined)?.attributes;
  if (attributes === undefined) {
    check.refuse("database", undefined, "the callback needs one: give a ProxiedDatabase");
  }
  const users = Object.keys(attributes.users);
  if (user !== undefined) check.oneOf("user", user, users);
  if (readOnly && attributes.readOnlyEndpoint === undefined) {
    check.refuse("readOnly", true, "the database has no such endpoint: set its proxy.readOnlyEndpoint");
  }
  if (securityGroupIds === undefined) return;
  if (securityGroupIds.length < 1 || securityGroupIds.length > 5) {
    check.refuse(
      "securityGroupIds",
      securityGroupIds,
      "Lambda takes one to five groups: leave it out for one of its own",
    );
  }
  const taken = [attributes.proxySecurityGroupId, attributes.databaseSecurityGroupId].filter(Boolean);
  if (securityGroupIds.some((id) => taken.includes(id))) {
    check.refuse(
      "securityGroupIds",
      securityGroupIds,
      "that is the proxy's or the database's group, and with one group for both nobody is let in: give the function its own",
    );
  }
}

function checkCallback(check: Validator, { callback, callbackFactory }: ProxyClientFunctionArgs): void {
  if (callback !== undefined && callbackFactory !== undefined) {
    check.refuse(
      "callback",
      "given together with callbackFactory",
      "a function has one callback: leave out one of them",
    );
  }
  if (typeof (callback ?? callbackFactory) === "function") return;
  if (callback !== undefined) check.refuse("callback", callback, "it must be an async function");
  check.refuse("callbackFactory", callbackFactory, "it must be a function that returns the callback");
}

function checkTimeout(check: Validator, { timeout = 30, database }: ProxyClientFunctionArgs): number {
  const { connectionBorrowTimeout } = database.attributes;
  check.wholeNumber("timeout", timeout, 1, 900, "seconds");
  if (timeout > connectionBorrowTimeout) return timeout;
  return check.refuse(
    "timeout",
    timeout,
    `the proxy lets clients wait ${connectionBorrowTimeout} seconds for a connection, so the function would end before it` +
      " learns that there is none: raise timeout, or lower the database's proxy.connectionBorrowTimeout",
  );
}
