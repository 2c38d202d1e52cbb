import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
  createRole,
  policyDocument,
  sendFailedEvents,
  trace,
  useNetworkInterfaces,
  writeLogs,
} from "../base/permissions";
import type { Scope } from "../base/scope";
import type { LambdaSettings } from "./arguments";

/** The role of a function, and the policy that lets Lambda run it at all. */
export interface FunctionRole {
  name: pulumi.Input<string>;
  arn: pulumi.Input<string>;
  policy: pulumi.Resource;
}

/** Creates the role, or adds to the one that was given. */
export function createFunctionRole(
  scope: Scope,
  settings: Pick<LambdaSettings, "deadLetterQueueArn" | "role" | "tracing">,
  logGroup: aws.cloudwatch.LogGroup,
): FunctionRole {
  const description = `What the Lambda function ${scope.name} may do`;
  const { name, arn } = settings.role ?? createRole(scope, "function", "lambda.amazonaws.com", description);
  const statements = [writeLogs(logGroup.arn), ...useNetworkInterfaces(scope)];
  if (settings.tracing) statements.push(trace());
  if (settings.deadLetterQueueArn !== undefined) statements.push(sendFailedEvents(settings.deadLetterQueueArn));
  const policy = scope.create(aws.iam.RolePolicy, "function", { role: name, policy: policyDocument(statements) });
  return { name, arn, policy };
}
