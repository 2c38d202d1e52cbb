import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, trustPolicy } from "../base/policy";
import type { Scope } from "../base/scope";
import type { ProxyClientFunctionSettings } from "./arguments";

type Statement = aws.types.input.iam.PolicyStatement;

/**
 * What Lambda itself needs to put a function into a VPC. These actions have no resource to restrict them to.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const networkInterfaceActions = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/** Neither have these. https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
const tracingActions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];

/** The role as which a function runs, and the policy that it takes to run at all. */
export interface FunctionRole {
  name: pulumi.Input<string>;
  arn: pulumi.Input<string>;
  policy: pulumi.Resource;
}

/** Creates the role, or adds to the one that was given. */
export function createFunctionRole(
  scope: Scope,
  settings: ProxyClientFunctionSettings,
  logGroup: aws.cloudwatch.LogGroup,
): FunctionRole {
  const { name, arn } = settings.role ?? createRole(scope);
  const statements: Statement[] = [
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [pulumi.interpolate`${logGroup.arn}:*`],
    },
    { Sid: "UseNetworkInterfaces", Effect: "Allow", Action: networkInterfaceActions, Resource: ["*"] },
  ];
  if (settings.tracing) statements.push({ Sid: "Trace", Effect: "Allow", Action: tracingActions, Resource: ["*"] });
  if (settings.deadLetterQueueArn !== undefined) {
    statements.push({
      Sid: "HandOverFailedEvents",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [settings.deadLetterQueueArn],
    });
  }
  const policy = scope.create(aws.iam.RolePolicy, "function", { role: name, policy: policyDocument(statements) });
  return { name, arn, policy };
}

function createRole(scope: Scope): aws.iam.Role {
  return scope.create(aws.iam.Role, "function", {
    description: `What the Lambda function ${scope.name} may do`,
    assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
    tags: scope.tags,
  });
}
