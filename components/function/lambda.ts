import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { LambdaSettings } from "./arguments";
import { createFunctionGroups, type Needs } from "./groups";
import type { FunctionPackage } from "./packaging";
import { createFunctionRole } from "./role";

/** A function with its role and security groups. */
export interface Lambda {
  function: aws.lambda.Function;
  roleName: pulumi.Input<string>;
  securityGroupIds: pulumi.Input<string>[];
  /** What lets the function's packets out. */
  egress: pulumi.Resource[];
  /** Changes with the code: see {@link FunctionPackage.hash}. */
  codeHash: pulumi.Output<string>;
}

/** What a function runs, and what it has to reach for that. */
export interface LambdaContent {
  code: Promise<FunctionPackage<pulumi.Input<pulumi.asset.Archive>>>;
  /** The function's environment. */
  variables: Record<string, pulumi.Input<string>>;
  needs: Needs;
}

/** Creates a function in the subnets of a database, with its log group, role and security group. */
export function createLambda(
  scope: Scope,
  settings: LambdaSettings,
  { code, variables, needs }: LambdaContent,
): Lambda {
  const { attributes } = settings.database;
  const logGroup = scope.create(aws.cloudwatch.LogGroup, "function", {
    namePrefix: `/aws/lambda/${scope.name}-`,
    retentionInDays: settings.logRetentionInDays,
    kmsKeyId: settings.logKmsKeyArn,
    tags: scope.tags,
  });
  const role = createFunctionRole(scope, settings, logGroup);
  const { ids: securityGroupIds, egress } = createFunctionGroups(scope, settings, needs, role.policy);
  const lambda = scope.create(
    aws.lambda.Function,
    "function",
    {
      runtime: code.then(({ runtime }) => runtime),
      handler: code.then(({ handler }) => handler),
      code: pulumi.output(code.then(({ archive }) => archive)),
      architectures: [settings.architecture],
      role: role.arn,
      memorySize: settings.memorySize,
      timeout: settings.timeout,
      environment: { variables },
      layers: settings.layers,
      reservedConcurrentExecutions: settings.reservedConcurrency,
      publish: settings.provisionedConcurrency === undefined ? undefined : true,
      ephemeralStorage: settings.ephemeralStorage === undefined ? undefined : { size: settings.ephemeralStorage },
      tracingConfig: settings.tracing ? { mode: "Active" } : undefined,
      deadLetterConfig:
        settings.deadLetterQueueArn === undefined ? undefined : { targetArn: settings.deadLetterQueueArn },
      vpcConfig: {
        subnetIds: attributes.subnetIds,
        securityGroupIds,
        ...(attributes.ipv6 && { ipv6AllowedForDualStack: true }),
      },
      loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
      tags: scope.tags,
    },
    { dependsOn: role.policy },
  );
  const codeHash = pulumi.output(code.then(({ hash }) => hash ?? lambda.codeSha256));
  return { function: lambda, roleName: role.name, securityGroupIds, egress, codeHash };
}
