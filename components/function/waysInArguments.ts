import type { Fields } from "../base/fields";

/** Asynchronous invocations: by S3, SNS, EventBridge and the like. */
export interface AsynchronousArgs {
  /**
   * How often an invocation that has failed is tried again, 0 to 2. A callback that writes may have written before it failed.
   * @default 2
   */
  maximumRetryAttempts?: number | undefined;
  /**
   * Seconds after which an event that has not been handled is given up, 60 to 21600.
   * @default 21600
   */
  maximumEventAgeInSeconds?: number | undefined;
}

/** The HTTPS address of a function. */
export interface FunctionUrlArgs {
  /**
   * Who may call it: whoever has the permission `lambda:InvokeFunctionUrl`, or everybody on the Internet.
   * @default "AWS_IAM"
   */
  authorizationType?: "AWS_IAM" | "NONE" | undefined;
  /**
   * Web sites whose pages may call it, such as "https://example.com".
   * @default none
   */
  allowOrigins?: string[] | undefined;
}

type Given = Fields<{
  reservedConcurrency?: unknown;
  provisionedConcurrency?: unknown;
  asynchronous?: AsynchronousArgs | undefined;
  url?: FunctionUrlArgs | undefined;
}>;

export function checkProvisioned(given: Given): number | undefined {
  const reserved = given.value("reservedConcurrency");
  const max = typeof reserved === "number" && reserved > 0 ? reserved : 100_000;
  return given.number("provisionedConcurrency", { min: 1, max, unit: "containers" }, undefined);
}

export function checkAsynchronous(given: Given): AsynchronousArgs | undefined {
  const asynchronous = given.optionalObject<AsynchronousArgs>("asynchronous");
  if (asynchronous === undefined) return undefined;
  const settings = {
    maximumRetryAttempts: asynchronous.number("maximumRetryAttempts", { min: 0, max: 2, unit: "retries" }, undefined),
    maximumEventAgeInSeconds: asynchronous.number(
      "maximumEventAgeInSeconds",
      { min: 60, max: 21_600, unit: "seconds" },
      undefined,
    ),
  };
  asynchronous.end();
  return settings;
}

export function checkUrl(
  given: Given,
): { authorizationType: "AWS_IAM" | "NONE"; allowOrigins: string[] | undefined } | undefined {
  const url = given.optionalObject<FunctionUrlArgs>("url");
  if (url === undefined) return undefined;
  const origins = url.list("allowOrigins", "origins");
  const rule = 'an origin is "*", or a scheme and a host without a path, such as https://example.com';
  const settings = {
    authorizationType: url.oneOf("authorizationType", ["AWS_IAM", "NONE"], "AWS_IAM"),
    allowOrigins: origins?.map((origin) =>
      given.check.matching("one of url.allowOrigins", origin, /^(\*|https?:\/\/[^\s/]+)$/, rule),
    ),
  };
  url.end();
  return settings;
}
