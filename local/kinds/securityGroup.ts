import { type Kind, nameOf, type Properties } from "../engine";
import { randomHex } from "../kept";
import { refuseIfGroupIsUsed, type SecurityGroupRule } from "../network";
import { changed } from "./changed";

export const securityGroup: Kind = {
  create(inputs, resource, { network, arn, accountId }) {
    const { vpcId } = inputs as { vpcId: string };
    const id = `sg-${randomHex(17)}`;
    const name = nameOf(inputs.name, resource);
    network.securityGroups.set(id, { id, name, vpcId });
    return { id, state: { ...inputs, name, ownerId: accountId, arn: arn("ec2", `security-group/${id}`) } };
  },
  /** Only the tags can change: a group keeps its name, its description and its VPC. */
  update: ({ state }, inputs) => changed(state, inputs, ["name", "description", "vpcId", "ownerId", "arn"]),
  delete({ id }, { network }) {
    refuseIfGroupIsUsed(network, id);
    network.securityGroups.delete(id);
    for (const [rule, { securityGroupId }] of network.rules) if (securityGroupId === id) network.rules.delete(rule);
  },
  exists: ({ id }, { network }) => network.securityGroups.has(id),
};

function securityGroupRule(direction: SecurityGroupRule["direction"]): Kind {
  const ruleOf = (inputs: Properties) => ({ ...(inputs as unknown as SecurityGroupRule), direction });
  return {
    create(inputs, _resource, { network, arn }) {
      const id = `sgr-${randomHex(17)}`;
      network.rules.set(id, ruleOf(inputs));
      return { id, state: { ...inputs, securityGroupRuleId: id, arn: arn("ec2", `security-group-rule/${id}`) } };
    },
    /** The new rule holds for new connections. AWS lets tracked ones go on, and so does the stand-in. */
    update({ id, state }, inputs, { network }) {
      network.rules.set(id, ruleOf(inputs));
      return changed(state, inputs, ["securityGroupRuleId", "arn"]);
    },
    delete({ id }, { network }) {
      network.rules.delete(id);
    },
    // The rules of a group go with it.
    exists: ({ id }, { network }) => network.rules.has(id),
  };
}

export const ingressRule = securityGroupRule("inbound");
export const egressRule = securityGroupRule("outbound");
