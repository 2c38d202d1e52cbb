import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./scope";

/*
 * All that anyone is allowed to do: every IAM statement, trust policy and ARN in a policy is in this file.
 */

type Statement = aws.types.input.iam.PolicyStatement;

/** The text of an IAM policy with these statements. */
export function policyDocument(statements: Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/**
 * Services that say for which account they take on a role, so that a trust policy can insist on it. EC2 does not, and AWS does
 * not document it for RDS Proxy: a condition that RDS Proxy does not meet would be an AUTH_FAILURE without a word in any log.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
const servicesWithAccount = ["lambda.amazonaws.com", "monitoring.rds.amazonaws.com"];

/** The text of a trust policy: which service may take on the role, and where the service says so, for which account. */
function trustPolicy(scope: Scope, service: string): pulumi.Output<string> {
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } } as const;
  if (!servicesWithAccount.includes(service)) return policyDocument([statement]);
  const { accountId } = aws.getCallerIdentityOutput({}, scope.lookup);
  return policyDocument([{ ...statement, Condition: { StringEquals: { "aws:SourceAccount": accountId } } }]);
}

/** Creates a role for a service, with the permissions boundary that the component was given. */
export function createRole(scope: Scope, key: string, service: string, description: string): aws.iam.Role {
  return scope.create(aws.iam.Role, key, {
    description,
    assumeRolePolicy: trustPolicy(scope, service),
    permissionsBoundary: scope.permissionsBoundary,
    tags: scope.tags,
  });
}

function allow(sid: string, actions: string[], resources: pulumi.Input<string>[]): Statement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources };
}

/** Reading the values of these secrets. */
export function readSecrets(secretArns: pulumi.Input<string>[]): Statement {
  return allow("GetSecretValue", ["secretsmanager:GetSecretValue"], secretArns);
}

/** Decrypting secrets: only through Secrets Manager, and no ciphertext that came from elsewhere. */
export function decryptSecrets(scope: Scope, keyArn: pulumi.Input<string>): Statement {
  const { region } = aws.getRegionOutput({}, scope.lookup);
  return {
    ...allow("DecryptSecretValue", ["kms:Decrypt"], [keyArn]),
    Condition: { StringEquals: { "kms:ViaService": pulumi.interpolate`secretsmanager.${region}.amazonaws.com` } },
  };
}

/**
 * Rotating these secrets: reading them, and giving them a new value.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
 *
 * @param keyArn the key that encrypts them, if it is not AWS's own, which needs no permission
 */
export function rotateSecrets(
  scope: Scope,
  secretArns: pulumi.Input<string>[],
  keyArn: pulumi.Input<string> | undefined,
): Statement[] {
  const actions = ["DescribeSecret", "GetSecretValue", ...writingActions];
  const rotating = allow(
    "RotateSecrets",
    actions.map((action) => `secretsmanager:${action}`),
    secretArns,
  );
  if (keyArn === undefined) return [rotating];
  const decrypting = decryptSecrets(scope, keyArn);
  return [rotating, { ...decrypting, Sid: "UseKey", Action: ["kms:Decrypt", "kms:GenerateDataKey"] }];
}

/** What a rotation writes. */
const writingActions = ["PutSecretValue", "UpdateSecretVersionStage"];

/** The key that encrypts a secret for which no other key was chosen. */
export function defaultKeyArn(scope: Scope): pulumi.Output<string> {
  return aws.kms.getKeyOutput({ keyId: "alias/aws/secretsmanager" }, scope.lookup).arn;
}

/** Logging in with a token, as these users of a proxy or of a database. */
export function connectAs(userArns: pulumi.Input<string>[]): Statement {
  return allow("LogIn", ["rds-db:connect"], userArns);
}

/**
 * A user of a proxy, as policies name it: by the proxy's id, which is the last part of its ARN, not by its name.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
 */
export function proxyUserArn(proxyArn: pulumi.Input<string>, user: string): pulumi.Output<string> {
  return pulumi.output(proxyArn).apply((arn) => {
    const [, partition = "", , region = "", account = "", , id = ""] = arn.split(":");
    return `arn:${partition}:rds-db:${region}:${account}:dbuser:${id}/${user}`;
  });
}

/**
 * A user of a database, as policies name it: by the resource id that RDS gives the database.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
 */
export function databaseUserArn(scope: Scope, resourceId: pulumi.Input<string>, user: string): pulumi.Output<string> {
  const { partition } = aws.getPartitionOutput({}, scope.lookup);
  const { region } = aws.getRegionOutput({}, scope.lookup);
  const { accountId } = aws.getCallerIdentityOutput({}, scope.lookup);
  return pulumi.interpolate`arn:${partition}:rds-db:${region}:${accountId}:dbuser:${resourceId}/${user}`;
}

/** Writing to one log group. */
export function writeLogs(logGroupArn: pulumi.Input<string>): Statement {
  return allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${logGroupArn}:*`]);
}

/**
 * What Lambda itself needs to put a function into a VPC. The actions that describe have no resource to name. The others are
 * restricted to the account and its region, in the form that Lambda's guide has: a narrower form is unverified.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function useNetworkInterfaces(scope: Scope): Statement[] {
  const { partition } = aws.getPartitionOutput({}, scope.lookup);
  const { region } = aws.getRegionOutput({}, scope.lookup);
  const { accountId } = aws.getCallerIdentityOutput({}, scope.lookup);
  const changing = [
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ];
  return [
    allow("SeeNetworkInterfaces", ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], ["*"]),
    allow("UseNetworkInterfaces", changing, [pulumi.interpolate`arn:${partition}:ec2:${region}:${accountId}:*/*`]),
  ];
}

/**
 * The policy of the interface endpoint for Secrets Manager: for roles and secrets of this account only, so that nobody can carry
 * secrets through it to another account. In an existing VPC, other programs may also write secrets through it.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export function secretsManagerEndpointPolicy(
  scope: Scope,
  { isShared, rotates }: { isShared: boolean; rotates: boolean },
): pulumi.Output<string> {
  const { accountId } = aws.getCallerIdentityOutput({}, scope.lookup);
  const actions = isShared ? ["*"] : ["GetSecretValue", "DescribeSecret", ...(rotates ? writingActions : [])];
  return policyDocument([
    {
      ...allow(
        "OwnAccount",
        actions.map((action) => `secretsmanager:${action}`),
        ["*"],
      ),
      Principal: "*",
      Condition: { StringEquals: { "aws:PrincipalAccount": accountId, "aws:ResourceAccount": accountId } },
    },
  ]);
}

/** Sending traces to X-Ray, which has no resource to name. https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
export function trace(): Statement {
  return allow("Trace", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]);
}

/** Handing the events of failed invocations to a queue. */
export function sendFailedEvents(queueArn: pulumi.Input<string>): Statement {
  return allow("HandOverFailedEvents", ["sqs:SendMessage"], [queueArn]);
}

/** AWS's own policy for instances that Session Manager may reach. */
export function sessionManagerPolicyArn(scope: Scope): pulumi.Output<string> {
  return managedPolicyArn(scope, "AmazonSSMManagedInstanceCore");
}

/** AWS's own policy for publishing the measurements of a database's operating system. */
export function monitoringPolicyArn(scope: Scope): pulumi.Output<string> {
  return managedPolicyArn(scope, "service-role/AmazonRDSEnhancedMonitoringRole");
}

function managedPolicyArn(scope: Scope, name: string): pulumi.Output<string> {
  const { partition } = aws.getPartitionOutput({}, scope.lookup);
  return pulumi.interpolate`arn:${partition}:iam::aws:policy/${name}`;
}
