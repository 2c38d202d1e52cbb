import type { ProxyAttributes } from "../../components";

/** The attributes of a database that another stack has deployed. */
export const attributes: ProxyAttributes = {
  auth: "password",
  databaseName: "test",
  defaultUser: "admin",
  users: { admin: { secretArn: "arn:secret" }, reporting: { secretArn: "arn:secret-2" } },
  connectionBorrowTimeout: 4,
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2"],
  ipv6: false,
  proxyArn: "arn:aws:rds:ap-northeast-1:123456789012:db-proxy:prx-1",
  proxyEndpoint: "proxy.test",
  proxySecurityGroupId: "sg-proxy",
  databaseSecurityGroupId: "sg-database",
  databaseResourceId: "db-1",
};
