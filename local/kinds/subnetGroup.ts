import { type Kind, nameOf } from "../engine";

/** `aws.rds.SubnetGroup`: the subnets for a database instance or a cluster. */
export const subnetGroup: Kind = {
  create(inputs, resource, { rds, arn }) {
    const name = nameOf(inputs.name, resource);
    rds.subnetGroups.set(name, inputs.subnetIds as string[]);
    return { id: name, state: { ...inputs, name, arn: arn("rds", `subgrp:${name}`) } };
  },
  delete({ id }, { rds }) {
    rds.subnetGroups.delete(id);
  },
};
