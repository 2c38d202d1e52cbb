import type { Kind, Properties } from "../engine";
import { randomHex } from "../kept";
import type { Network } from "../network";
import { changed } from "./changed";

/** Outputs of an instance that no input decides, and inputs that AWS fills in. */
const computed = ["arn", "instanceState", "primaryNetworkInterfaceId", "privateIp", "privateDns"];
const filledIn = ["vpcSecurityGroupIds", "subnetId", "ami", "instanceType"];

/** `aws.ec2.Instance`: a virtual machine in name only. Nothing runs in it, but it has an address and security groups. */
export const ec2Instance: Kind = {
  create(inputs, _resource, { arn, network, region }) {
    const id = `i-${randomHex(17)}`;
    const { subnetId, vpcSecurityGroupIds } = inputs as { subnetId?: string; vpcSecurityGroupIds?: string[] };
    const attached = network.attach(subnetId === undefined ? [] : [subnetId], vpcSecurityGroupIds ?? []);
    const state = {
      ...inputs,
      arn: arn("ec2", `instance/${id}`),
      instanceState: "running",
      primaryNetworkInterfaceId: attached.id,
      privateIp: attached.address,
      privateDns: `ip-${attached.address.replaceAll(".", "-")}.${region}.compute.internal`,
    };
    return { id, state };
  },
  update({ state }, inputs, { network }) {
    const after = changed(state, inputs, [...computed, ...filledIn]);
    const attached = interfaceOf(state, network);
    const groups = (after.vpcSecurityGroupIds ?? []) as string[];
    if (attached !== undefined) network.move(attached, attached.subnetIds, groups);
    return after;
  },
  delete({ state }, { network }) {
    network.interfaces.release(interfaceOf(state, network));
  },
};

function interfaceOf({ primaryNetworkInterfaceId: id }: Properties, { interfaces }: Network) {
  return interfaces.find((candidate) => candidate.id === id);
}
