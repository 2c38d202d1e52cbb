import { randomHex } from "../account";
import { type Kind, nameOf } from "../engine";
import type { SecurityGroupRule } from "../network";

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
