import { randomHex } from "../account";
import type { Kind } from "../engine";

/** A virtual machine: it exists in name only, nothing runs here. */
export const ec2Instance: Kind = {
  create(inputs, _resource, { arn }) {
    const id = `i-${randomHex(17)}`;
    return { id, state: { ...inputs, arn: arn("ec2", `instance/${id}`), instanceState: "running" } };
  },
};
