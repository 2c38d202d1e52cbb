import { randomHex } from "../account";
import type { Kind } from "../engine";

/** `aws.ec2.Instance`: a virtual machine in name only. Nothing runs in it. */
export const ec2Instance: Kind = {
  create(inputs, _resource, { arn }) {
    const id = `i-${randomHex(17)}`;
    return { id, state: { ...inputs, arn: arn("ec2", `instance/${id}`), instanceState: "running" } };
  },
};
