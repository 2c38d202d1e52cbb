import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { ProxyClientFunctionSettings } from "./arguments";

/**
 * Creates what lies between a function and its callers, as far as it was asked for: containers that wait for them, an HTTPS address,
 * and what becomes of asynchronous invocations.
 *
 * @returns the address
 */
export function createWaysIn(
  scope: Scope,
  { provisionedConcurrency, url, asynchronous }: ProxyClientFunctionSettings,
  lambda: aws.lambda.Function,
): pulumi.Output<string> | undefined {
  const alias = provisionedConcurrency === undefined ? undefined : createAlias(scope, lambda, provisionedConcurrency);
  const qualifier = alias?.name;
  if (asynchronous !== undefined) {
    scope.create(aws.lambda.FunctionEventInvokeConfig, "function", {
      functionName: lambda.name,
      qualifier,
      ...asynchronous,
    });
  }
  if (url === undefined) return undefined;
  return scope.create(aws.lambda.FunctionUrl, "function", {
    functionName: lambda.name,
    qualifier,
    authorizationType: url.authorizationType,
    cors: url.allowOrigins && { allowOrigins: url.allowOrigins, allowMethods: ["*"], allowHeaders: ["*"] },
  }).functionUrl;
}

/** Lambda keeps containers of a published version only. The alias always leads to the newest one. */
function createAlias(scope: Scope, lambda: aws.lambda.Function, containers: number): aws.lambda.Alias {
  const alias = scope.create(aws.lambda.Alias, "function", {
    name: "live",
    description: "The version whose containers are kept started",
    functionName: lambda.name,
    functionVersion: lambda.version,
  });
  scope.create(aws.lambda.ProvisionedConcurrencyConfig, "function", {
    functionName: lambda.name,
    qualifier: alias.name,
    provisionedConcurrentExecutions: containers,
  });
  return alias;
}
