import { randomHex } from "../account";
import { type Kind, nameOf } from "../engine";
import type { SecurityGroupRule } from "../network";

/** `awsx.ec2.Vpc`: a VPC with subnets. It is registered as one resource, whose parts the program sees as outputs. */
export const vpc: Kind = {
  create(inputs, _resource, { network }) {
    const { numberOfAvailabilityZones = 3, subnetSpecs = [] } = inputs as {
      numberOfAvailabilityZones?: number;
      subnetSpecs?: { type: string }[];
    };
    const zones =
      (inputs.availabilityZoneNames as string[] | undefined) ?? network.zones.slice(0, numberOfAvailabilityZones);
    const vpcId = `vpc-${randomHex(17)}`;
    const ids: Record<string, string[]> = { Public: [], Private: [], Isolated: [] };
    let block = 0;
    for (const availabilityZone of zones) {
      for (const { type } of subnetSpecs) {
        const id = `subnet-${randomHex(17)}`;
        network.subnets.set(id, {
          id,
          vpcId,
          availabilityZone,
          cidrBlock: `10.0.${block++}.0/24`,
          hasWayOut: type === "Private",
        });
        ids[type]?.push(id);
      }
    }
    const state = {
      ...inputs,
      vpcId,
      publicSubnetIds: ids.Public,
      privateSubnetIds: ids.Private,
      isolatedSubnetIds: ids.Isolated,
    };
    return { id: vpcId, state };
  },
};

/** `aws.ec2.Vpc`. Only its id matters here. */
export const plainVpc: Kind = {
  create(inputs, _resource, { arn }) {
    const id = `vpc-${randomHex(17)}`;
    return { id, state: { ...inputs, arn: arn("ec2", `vpc/${id}`), defaultSecurityGroupId: `sg-${randomHex(17)}` } };
  },
};

/** `aws.ec2.Subnet`. Routes are not followed here: it is taken to have a way out. */
export const subnet: Kind = {
  create(inputs, _resource, { network, arn }) {
    const given = inputs as { vpcId: string; cidrBlock: string; availabilityZone?: string };
    const id = `subnet-${randomHex(17)}`;
    const availabilityZone = given.availabilityZone ?? network.zones[0] ?? "";
    network.subnets.set(id, { ...given, id, availabilityZone, hasWayOut: true });
    return { id, state: { ...inputs, availabilityZone, arn: arn("ec2", `subnet/${id}`) } };
  },
  delete({ id }, { network }) {
    network.subnets.delete(id);
  },
};

export const securityGroup: Kind = {
  create(inputs, resource, { network, arn }) {
    const { vpcId } = inputs as { vpcId: string };
    const id = `sg-${randomHex(17)}`;
    const name = nameOf(inputs.name, resource);
    network.securityGroups.set(id, { id, name, vpcId });
    return { id, state: { ...inputs, name, arn: arn("ec2", `security-group/${id}`) } };
  },
  delete({ id }, { network }) {
    network.securityGroups.delete(id);
  },
};

function securityGroupRule(direction: SecurityGroupRule["direction"]): Kind {
  return {
    create(inputs, _resource, { network, arn }) {
      const id = `sgr-${randomHex(17)}`;
      network.rules.set(id, { ...(inputs as unknown as Omit<SecurityGroupRule, "direction">), direction });
      return { id, state: { ...inputs, securityGroupRuleId: id, arn: arn("ec2", `security-group-rule/${id}`) } };
    },
    delete({ id }, { network }) {
      network.rules.delete(id);
    },
  };
}

export const ingressRule = securityGroupRule("inbound");
export const egressRule = securityGroupRule("outbound");

/** An interface endpoint: with private DNS, the service's host name leads to it. */
export const vpcEndpoint: Kind = {
  create(inputs, _resource, { network, arn }) {
    const { serviceName, subnetIds, securityGroupIds, privateDnsEnabled } = inputs as {
      serviceName: string;
      subnetIds: string[];
      securityGroupIds: string[];
      privateDnsEnabled?: boolean;
    };
    const id = `vpce-${randomHex(17)}`;
    if (privateDnsEnabled) network.addPrivateName(hostOf(serviceName), network.attach(subnetIds, securityGroupIds));
    return { id, state: { ...inputs, arn: arn("ec2", `vpc-endpoint/${id}`), state: "available" } };
  },
  delete({ state }, { network }) {
    const { serviceName, vpcId } = state as { serviceName: string; vpcId: string };
    network.removePrivateName(hostOf(serviceName), vpcId);
  },
};

/** `secretsmanager.ap-northeast-1.amazonaws.com` of `com.amazonaws.ap-northeast-1.secretsmanager`. */
function hostOf(serviceName: string): string {
  const [, , region = "", service = ""] = serviceName.split(".");
  return `${service}.${region}.amazonaws.com`;
}

/** A virtual machine: it exists in name only, nothing runs here. */
export const instance: Kind = {
  create(inputs, _resource, { arn }) {
    const id = `i-${randomHex(17)}`;
    return { id, state: { ...inputs, arn: arn("ec2", `instance/${id}`), instanceState: "running" } };
  },
};
