import type { Kind, Properties } from "../engine";
import { randomHex } from "../kept";
import type { AclEntry, Network } from "../network";
import { changed } from "./changed";

interface InlineRule {
  ruleNo: number;
  protocol: string;
  action: AclEntry["action"];
  cidrBlock?: string;
  fromPort: number;
  toPort: number;
}

/** `aws.ec2.NetworkAcl` with its rules and subnets inline. */
export const networkAcl: Kind = {
  create(inputs, _resource, { network, arn, accountId }) {
    const id = `acl-${randomHex(17)}`;
    network.acls.lists.set(id, { vpcId: String(inputs.vpcId), entries: entriesOf(inputs) });
    associate(network, id, inputs);
    return { id, state: { ...inputs, arn: arn("ec2", `network-acl/${id}`), ownerId: accountId } };
  },
  update({ id, state }, inputs, { network }) {
    network.acls.lists.set(id, { vpcId: String(state.vpcId), entries: entriesOf(inputs) });
    associate(network, id, inputs);
    return changed(state, inputs, ["arn", "ownerId", "vpcId"]);
  },
  delete({ id }, { network }) {
    associate(network, id, {});
    network.acls.lists.delete(id);
  },
  exists: ({ id }, { network }) => network.acls.lists.has(id),
};

function entriesOf({ ingress, egress }: Properties): AclEntry[] {
  const entry = (isEgress: boolean) => (rule: InlineRule) => ({
    ruleNumber: rule.ruleNo,
    egress: isEgress,
    protocol: rule.protocol,
    action: rule.action,
    cidrBlock: rule.cidrBlock ?? "",
    fromPort: rule.fromPort,
    toPort: rule.toPort,
  });
  return [...((ingress ?? []) as InlineRule[]).map(entry(false)), ...((egress ?? []) as InlineRule[]).map(entry(true))];
}

function associate({ acls }: Network, id: string, { subnetIds }: Properties): void {
  for (const subnetId of acls.subnetsOf(id)) acls.associations.delete(subnetId);
  for (const subnetId of (subnetIds ?? []) as string[]) acls.associations.set(subnetId, id);
}
