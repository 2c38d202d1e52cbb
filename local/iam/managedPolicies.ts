import { parsePolicy, type PolicyDocument } from "./policy";

const anyResource = "*";

/** The allowed actions of the AWS managed policies that a function, a proxy or a bastion may have. */
const allowedActions: Record<string, string[]> = {
  AdministratorAccess: ["*"],
  AmazonSSMManagedInstanceCore: ["ssm:*", "ssmmessages:*", "ec2messages:*"],
  "service-role/AWSLambdaBasicExecutionRole": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
  "service-role/AWSLambdaVPCAccessExecutionRole": [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ],
  "service-role/AWSLambdaENIManagementAccess": [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
  ],
  SecretsManagerReadWrite: ["secretsmanager:*", "kms:DescribeKey", "kms:ListAliases"],
  AWSXRayDaemonWriteAccess: ["xray:*"],
};

/** Returns the document of an AWS managed policy, or undefined when the stand-in does not know the policy. */
export function managedPolicy(arn: string): PolicyDocument | undefined {
  const actions = allowedActions[/^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? ""];
  if (actions === undefined) return undefined;
  return parsePolicy(JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: anyResource }] }));
}
