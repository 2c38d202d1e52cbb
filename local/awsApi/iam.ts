import { ServiceError } from "../secretsManager";
import type { Services } from "./services";
import { type Answer, listOf } from "./xml";

const decisions = { allowed: "allowed", "explicitly denied": "explicitDeny", "not allowed": "implicitDeny" };

/** IAM's operations: what the policies of a role allow, and whom it trusts. */
export const iam: Record<string, (form: URLSearchParams, account: Services) => Answer> = {
  SimulatePrincipalPolicy: (form, { iam: policies }) => {
    const roleName = policies.roleNameOf(form.get("PolicySourceArn") ?? "");
    const context = contextOf(form);
    return {
      EvaluationResults: listOf(form, "ActionNames.member").flatMap((action) =>
        listOf(form, "ResourceArns.member").map((resource) => ({
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: decisions[policies.decide({ roleName }, { action, resource, context })],
        })),
      ),
      IsTruncated: false,
    };
  },
  GetRole: (form, { iam: policies }) => {
    const name = form.get("RoleName") ?? "";
    const trust = policies.trustOf(name);
    if (trust === undefined) {
      throw new ServiceError("NoSuchEntity", `The role with name ${name} cannot be found.`);
    }
    return { Role: { RoleName: name, AssumeRolePolicyDocument: encodeURIComponent(trust) } };
  },
};

function contextOf(form: URLSearchParams): Record<string, string> {
  const names = [...form].filter(([name]) => name.endsWith(".ContextKeyName"));
  return Object.fromEntries(
    names.map(([name, key]) => [key, listOf(form, name.replace("ContextKeyName", "ContextKeyValues.member"))[0] ?? ""]),
  );
}
