import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";

// All of this stands for the database that you have, with its VPC. In your program there are only the ids.
const network = new awsx.ec2.Vpc("network", {
  numberOfAvailabilityZones: 2,
  subnetSpecs: [{ type: "Isolated", cidrMask: 24 }],
});
const group = new aws.ec2.SecurityGroup("database", { vpcId: network.vpcId });
const subnets = new aws.rds.SubnetGroup("database", { subnetIds: network.isolatedSubnetIds });
const instance = new aws.rds.Instance("database", {
  engine: "mysql",
  instanceClass: "db.t4g.micro",
  allocatedStorage: 20,
  dbName: "shop",
  username: "admin",
  manageMasterUserPassword: true,
  dbSubnetGroupName: subnets.name,
  vpcSecurityGroupIds: [group.id],
  skipFinalSnapshot: true,
});

export const vpc = { vpcId: network.vpcId, subnetIds: network.isolatedSubnetIds };

export const existing = {
  instanceIdentifier: instance.identifier,
  address: instance.address,
  /** The component adds one rule to it, which lets the proxy in. */
  securityGroupId: group.id,
  /** The secret with the master user's password. */
  secretArn: instance.masterUserSecrets.apply(([secret]) => secret?.secretArn ?? ""),
};
