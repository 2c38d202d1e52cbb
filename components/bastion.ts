import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createRole, sessionManagerPolicyArn } from "./base/permissions";
import type { Scope } from "./base/scope";
import type { DatabaseServer } from "./database/server";
import { createEndpoint } from "./network/endpoints";
import type { Network } from "./network/network";
import { allowAllOutbound, allowInbound, createGroup, httpsPort } from "./network/securityGroups";

const image = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";

/**
 * What Session Manager's agent talks to. Agents of 2024 and later do without `ec2messages`.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
 */
const services = ["ssm", "ssmmessages"];

/** A way into the database for people. */
export interface Bastion {
  instanceId: pulumi.Output<string>;
  /** Command that forwards port 3306 of the user's machine to the database. */
  command: pulumi.Output<string>;
}

/** Creates a small EC2 instance that only Session Manager reaches: it has no key and lets nothing in. */
export function createBastion(
  scope: Scope,
  network: Network,
  server: DatabaseServer,
  databaseGroupId: pulumi.Input<string>,
): Bastion {
  const group = createGroup(scope, "bastion", network.vpcId, `Bastion of ${scope.name}: reached by Session Manager`);
  const egress = allowAllOutbound(scope, "bastion-to-anywhere", group.id);
  allowInbound(scope, "bastion-to-database", {
    from: { securityGroupId: group.id },
    to: databaseGroupId,
    port: server.port,
    description: "MySQL from the bastion",
  });
  const endpoints = network.needsEndpoints.sessionManager ? createEndpoints(scope, network, group.id) : [];
  const description = `Lets Session Manager reach the bastion of ${scope.name}`;
  const role = createRole(scope, "bastion", "ec2.amazonaws.com", description);
  const policy = scope.create(aws.iam.RolePolicyAttachment, "bastion", {
    role: role.name,
    policyArn: sessionManagerPolicyArn(scope),
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
    // A newer image must not replace a running bastion.
    { dependsOn: [...egress, policy, ...endpoints], ignoreChanges: ["ami"] },
  );
  return { instanceId: instance.id, command: forwardingCommand(scope, instance.id, server) };
}

/** Creates the endpoints for a bastion whose subnet has no way out. */
function createEndpoints(scope: Scope, network: Network, bastionGroupId: pulumi.Input<string>): pulumi.Resource[] {
  const group = createGroup(
    scope,
    "session-manager",
    network.vpcId,
    `Session Manager for the bastion of ${scope.name}`,
  );
  const rule = allowInbound(scope, "bastion-to-session-manager", {
    from: { securityGroupId: bastionGroupId },
    to: group.id,
    port: httpsPort,
    description: "HTTPS from the bastion",
  });
  return [
    rule,
    ...services.map((service) => createEndpoint(scope, service, network, [network.bastionSubnetId], group.id)),
  ];
}

/**
 * The command needs the AWS CLI and its Session Manager plugin:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html
 */
function forwardingCommand(
  scope: Scope,
  instanceId: pulumi.Output<string>,
  { address, port }: DatabaseServer,
): pulumi.Output<string> {
  const { region } = aws.getRegionOutput({}, scope.lookup);
  const parameters = pulumi.jsonStringify({
    host: [address],
    portNumber: [pulumi.interpolate`${port}`],
    localPortNumber: ["3306"],
  });
  const start = pulumi.interpolate`aws ssm start-session --region ${region} --target ${instanceId}`;
  return pulumi.interpolate`${start} --document-name AWS-StartPortForwardingSessionToRemoteHost --parameters '${parameters}'`;
}
