import { type Kind, nameOf } from "../engine";
import { changed } from "./changed";

/** `aws.rds.SubnetGroup`: the subnets for a database instance or a cluster. */
export const subnetGroup: Kind = {
  create(inputs, resource, { rds, network, arn }) {
    const name = nameOf(inputs.name, resource);
    const subnetIds = inputs.subnetIds as string[];
    if (rds.subnetGroups.has(name)) {
      throw new Error(`DBSubnetGroupAlreadyExists: The DB subnet group '${name}' already exists.`);
    }
    rds.subnetGroups.set(name, subnetIds);
    const { vpcId } = network.subnet(subnetIds[0] ?? "");
    return { id: name, state: { ...inputs, name, vpcId, arn: arn("rds", `subgrp:${name}`) } };
  },
  /** Databases stay where they are, so a subnet with a database in it cannot leave the group. */
  update({ id, state }, inputs, { rds }) {
    const subnetIds = inputs.subnetIds as string[];
    for (const { subnetGroupName, networkInterface } of rds.databases.values()) {
      if (subnetGroupName !== id || subnetIds.includes(networkInterface.subnetId)) continue;
      throw new Error(
        `SubnetAlreadyInUse: Some of the subnets to be deleted are currently in use: ${networkInterface.subnetId}.`,
      );
    }
    rds.subnetGroups.set(id, subnetIds);
    return changed(state, inputs, ["name", "arn", "vpcId", "description"]);
  },
  delete({ id }, { rds }) {
    const user = rds.userOfSubnetGroup(id);
    if (user !== undefined) {
      throw new Error(
        `InvalidDBSubnetGroupStateFault: Cannot delete the subnet group '${id}' because at least one database ${user} is still` +
          " using it.",
      );
    }
    rds.subnetGroups.delete(id);
  },
  exists: ({ id }, { rds }) => rds.subnetGroups.has(id),
};
