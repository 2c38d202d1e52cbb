import { type Created, type Kind, nameOf, type Properties } from "../engine";
import { type Iam, parsePolicy } from "../iam";
import { randomHex } from "../kept";
import { changed } from "./changed";

interface RolePolicies {
  inlinePolicies?: { name: string; policy: unknown }[];
  managedPolicyArns?: string[];
}

/** What a role keeps of its state, whatever the program changes. */
const roleOutputs = ["name", "arn", "uniqueId", "createDate", "inlinePolicies", "managedPolicyArns"];

export const role: Kind = {
  create(inputs, resource, account) {
    const name = nameOf(inputs.name, resource);
    const { path = "/" } = inputs as { path?: string };
    const arn = account.globalArn("iam", `role${path}${name}`);
    account.iam.createRole(name, arn, textOf(inputs.assumeRolePolicy));
    setPolicies(account.iam, name, {}, inputs);
    const uniqueId = `AROA${randomHex(17).toUpperCase()}`;
    return { id: name, state: { ...inputs, name, arn, uniqueId, createDate: new Date().toISOString() } };
  },
  update({ id, state }, inputs, { iam }) {
    iam.updateAssumeRolePolicy(id, textOf(inputs.assumeRolePolicy));
    setPolicies(iam, id, state, inputs);
    return changed(state, inputs, roleOutputs);
  },
  /** The real provider first takes away the policies that the role itself declares, and with `forceDetachPolicies` all others. */
  delete({ id, state }, { iam }) {
    const { inline = [], attached = [] } = (state.forceDetachPolicies ? iam.policiesOf(id) : undefined) ?? {};
    const { inlinePolicies = [], managedPolicyArns = [] } = state as RolePolicies;
    for (const name of [...inline, ...inlinePolicies.map((own) => own.name)]) iam.deleteRolePolicy(id, name);
    for (const arn of [...attached, ...managedPolicyArns]) iam.detachRolePolicy(id, arn);
    iam.deleteRole(id);
  },
};

/** Makes the policies that a role declares be those of the inputs. If the inputs say nothing of them, they stay as they are. */
function setPolicies(iam: Iam, role: string, before: RolePolicies, after: RolePolicies): void {
  const { inlinePolicies, managedPolicyArns } = after;
  if (inlinePolicies !== undefined) {
    const names = inlinePolicies.map(({ name }) => name);
    const old = (before.inlinePolicies ?? []).filter(({ name }) => !names.includes(name));
    for (const { name } of old) iam.deleteRolePolicy(role, name);
    for (const { name, policy: document } of inlinePolicies) iam.putRolePolicy(role, name, textOf(document));
  }
  if (managedPolicyArns !== undefined) {
    const old = (before.managedPolicyArns ?? []).filter((arn) => !managedPolicyArns.includes(arn));
    for (const arn of old) iam.detachRolePolicy(role, arn);
    for (const arn of managedPolicyArns) iam.attachRolePolicy(role, arn);
  }
}

/** `aws.iam.Policy`: a customer managed policy. A change makes a new default version, which counts at once. */
export const policy: Kind = {
  create(inputs, resource, { iam, globalArn }) {
    const name = nameOf(inputs.name, resource);
    const { path = "/" } = inputs as { path?: string };
    const arn = globalArn("iam", `policy${path}${name}`);
    if (iam.policies.has(arn)) {
      throw new Error(`EntityAlreadyExists: A policy called ${name} already exists. Duplicate names are not allowed.`);
    }
    iam.policies.set(arn, parsePolicy(textOf(inputs.policy)));
    return { id: arn, state: { ...inputs, name, arn, policyId: `ANPA${randomHex(17).toUpperCase()}` } };
  },
  update({ id, state }, inputs, { iam }) {
    iam.policies.set(id, parsePolicy(textOf(inputs.policy)));
    return changed(state, inputs, ["name", "arn", "policyId"]);
  },
  delete({ id }, { iam }) {
    iam.deletePolicy(id);
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
  exists: (created, { iam }) => policiesOf(created, iam)?.inline.includes(String(created.state.name)) ?? false,
};

/** A role has a policy at most once, so the role and the policy are the id. */
export const rolePolicyAttachment: Kind = {
  create(inputs, _resource, { iam }) {
    const [role, policyArn] = [String(inputs.role), String(inputs.policyArn)];
    iam.attachRolePolicy(role, policyArn);
    return { id: `${role}/${policyArn}`, state: inputs };
  },
  delete({ state }, { iam }) {
    iam.detachRolePolicy(String(state.role), String(state.policyArn));
  },
  exists: (created, { iam }) => policiesOf(created, iam)?.attached.includes(String(created.state.policyArn)) ?? false,
};

function policiesOf({ state }: Created | { state: Properties }, iam: Iam) {
  return iam.policiesOf(String(state.role));
}

/** A program may give a policy as text or as an object. */
function textOf(policy: unknown): string {
  return typeof policy === "string" ? policy : JSON.stringify(policy);
}
