import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import type * as ec2 from "@aws-sdk/client-ec2";
import type * as iam from "@aws-sdk/client-iam";
import type * as lambda from "@aws-sdk/client-lambda";
import type * as rds from "@aws-sdk/client-rds";
import type * as secretsmanager from "@aws-sdk/client-secrets-manager";

/** All calls of the doctor, by the IAM action that each of them needs. None of them changes anything. */
export interface Calls {
  "cloudwatch:GetMetricData": [cloudwatch.GetMetricDataCommandInput, cloudwatch.GetMetricDataCommandOutput];
  "ec2:DescribeNetworkAcls": [ec2.DescribeNetworkAclsCommandInput, ec2.DescribeNetworkAclsCommandOutput];
  "ec2:DescribeRouteTables": [ec2.DescribeRouteTablesCommandInput, ec2.DescribeRouteTablesCommandOutput];
  "ec2:DescribeSecurityGroupRules": [
    ec2.DescribeSecurityGroupRulesCommandInput,
    ec2.DescribeSecurityGroupRulesCommandOutput,
  ];
  "ec2:DescribeSubnets": [ec2.DescribeSubnetsCommandInput, ec2.DescribeSubnetsCommandOutput];
  "ec2:DescribeVpcEndpoints": [ec2.DescribeVpcEndpointsCommandInput, ec2.DescribeVpcEndpointsCommandOutput];
  "iam:GetRole": [iam.GetRoleCommandInput, iam.GetRoleCommandOutput];
  "iam:SimulatePrincipalPolicy": [iam.SimulatePrincipalPolicyCommandInput, iam.SimulatePrincipalPolicyCommandOutput];
  "lambda:GetFunctionConcurrency": [
    lambda.GetFunctionConcurrencyCommandInput,
    lambda.GetFunctionConcurrencyCommandOutput,
  ];
  "lambda:GetFunctionConfiguration": [
    lambda.GetFunctionConfigurationCommandInput,
    lambda.GetFunctionConfigurationCommandOutput,
  ];
  "logs:FilterLogEvents": [logs.FilterLogEventsCommandInput, logs.FilterLogEventsCommandOutput];
  "rds:DescribeDBClusters": [rds.DescribeDBClustersCommandInput, rds.DescribeDBClustersCommandOutput];
  "rds:DescribeDBInstances": [rds.DescribeDBInstancesCommandInput, rds.DescribeDBInstancesCommandOutput];
  "rds:DescribeDBProxies": [rds.DescribeDBProxiesCommandInput, rds.DescribeDBProxiesCommandOutput];
  "rds:DescribeDBProxyEndpoints": [rds.DescribeDBProxyEndpointsCommandInput, rds.DescribeDBProxyEndpointsCommandOutput];
  "rds:DescribeDBProxyTargetGroups": [
    rds.DescribeDBProxyTargetGroupsCommandInput,
    rds.DescribeDBProxyTargetGroupsCommandOutput,
  ];
  "rds:DescribeDBProxyTargets": [rds.DescribeDBProxyTargetsCommandInput, rds.DescribeDBProxyTargetsCommandOutput];
  "rds:DescribeDBSubnetGroups": [rds.DescribeDBSubnetGroupsCommandInput, rds.DescribeDBSubnetGroupsCommandOutput];
  "secretsmanager:DescribeSecret": [
    secretsmanager.DescribeSecretCommandInput,
    secretsmanager.DescribeSecretCommandOutput,
  ];
  "secretsmanager:GetSecretValue": [
    secretsmanager.GetSecretValueCommandInput,
    secretsmanager.GetSecretValueCommandOutput,
  ];
}

export type Action = keyof Calls;

/** Asks AWS one question. @returns undefined if whoever runs the doctor may not ask it; the report says so */
export type Ask = <A extends Action>(action: A, input: Calls[A][0]) => Promise<Calls[A][1] | undefined>;
