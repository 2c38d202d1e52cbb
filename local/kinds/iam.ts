import { type Kind, nameOf } from "../engine";
import { parsePolicy } from "../iam";

export const role: Kind = {
  create(inputs, resource, account) {
    const name = nameOf(inputs.name, resource);
    const arn = account.globalArn("iam", `role/${name}`);
    account.iam.createRole(name, arn, textOf(inputs.assumeRolePolicy));
    for (const policy of (inputs.inlinePolicies ?? []) as { name: string; policy: unknown }[]) {
      account.iam.putRolePolicy(name, policy.name, textOf(policy.policy));
    }
    return { id: name, state: { ...inputs, name, arn, uniqueId: `AROA${name}` } };
  },
  delete({ id }, { iam }) {
    iam.deleteRole(id);
  },
};

/** `aws.iam.Policy`: a customer managed policy. */
export const policy: Kind = {
  create(inputs, resource, { iam, globalArn }) {
    const name = nameOf(inputs.name, resource);
    const arn = globalArn("iam", `policy/${name}`);
    iam.policies.set(arn, parsePolicy(textOf(inputs.policy)));
    return { id: arn, state: { ...inputs, name, arn } };
  },
  delete({ id }, { iam }) {
    iam.policies.delete(id);
  },
};

export const rolePolicy: Kind = {
  create(inputs, resource, { iam }) {
    const name = nameOf(inputs.name, resource);
    iam.putRolePolicy(String(inputs.role), name, textOf(inputs.policy));
    return { id: `${String(inputs.role)}:${name}`, state: { ...inputs, name } };
  },
  update({ state }, inputs, { iam }) {
    iam.putRolePolicy(String(inputs.role), String(state.name), textOf(inputs.policy));
    return { ...inputs, name: state.name };
  },
  delete({ state }, { iam }) {
    iam.deleteRolePolicy(String(state.role), String(state.name));
  },
};

export const rolePolicyAttachment: Kind = {
  create(inputs, { name }, { iam }) {
    iam.attachRolePolicy(String(inputs.role), String(inputs.policyArn));
    return { id: name, state: inputs };
  },
  delete({ state }, { iam }) {
    iam.detachRolePolicy(String(state.role), String(state.policyArn));
  },
};

/** A program may give a policy as text or as an object. */
function textOf(policy: unknown): string {
  return typeof policy === "string" ? policy : JSON.stringify(policy);
}
