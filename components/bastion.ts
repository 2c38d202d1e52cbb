import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Network } from "./network";
import { trustPolicy } from "./policy";
import type { Scope } from "./scope";
import { allowAllOutbound, createGroup } from "./securityGroups";

const image = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";

/** A way for people into the database. */
export interface Bastion {
  instanceId: pulumi.Output<string>;
  securityGroupId: pulumi.Output<string>;
}

/**
 * Creates a small EC2 instance that is reached through Session Manager only: it has no key and lets nothing in.
 */
export function createBastion(scope: Scope, network: Network): Bastion {
  const group = createGroup(scope, "bastion", network.vpcId, `Bastion of ${scope.name}: reached by Session Manager`);
  const egress = allowAllOutbound(scope, "bastion-to-anywhere", group.id);
  const role = scope.create(aws.iam.Role, "bastion", {
    description: `Lets Session Manager reach the bastion of ${scope.name}`,
    assumeRolePolicy: trustPolicy("ec2.amazonaws.com"),
    tags: scope.tags,
  });
  const partition = aws.getPartitionOutput({}, scope.lookup).partition;
  const policy = scope.create(aws.iam.RolePolicyAttachment, "bastion", {
    role: role.name,
    policyArn: partition.apply((name) => `arn:${name}:iam::aws:policy/AmazonSSMManagedInstanceCore`),
  });
  const profile = scope.create(aws.iam.InstanceProfile, "bastion", { role: role.name, tags: scope.tags });
  const instance = scope.create(
    aws.ec2.Instance,
    "bastion",
    {
      ami: aws.ssm.getParameterOutput({ name: image }, scope.lookup).value,
      instanceType: "t4g.nano",
      subnetId: network.bastionSubnetId,
      associatePublicIpAddress: network.bastionIsPublic,
      vpcSecurityGroupIds: [group.id],
      iamInstanceProfile: profile.name,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required" },
      rootBlockDevice: { encrypted: true },
      tags: { Name: `${scope.name}-bastion`, ...scope.tags },
    },
    // A newer image is no reason to replace a running bastion.
    { dependsOn: [egress, policy], ignoreChanges: ["ami"] },
  );
  return { instanceId: instance.id, securityGroupId: group.id };
}
