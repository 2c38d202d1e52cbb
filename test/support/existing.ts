/** A VPC that exists already. */
export const vpc = { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };

/** A database that exists already. */
export const existing = {
  instanceIdentifier: "orders",
  address: "orders.example.com",
  securityGroupId: "sg-1",
  secretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:orders",
};
