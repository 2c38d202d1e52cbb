import type { Ask } from "./calls";

/** What IAM says about a role: undefined if the doctor may not ask. */
export type Permission = boolean | undefined;

/** Whether the policies of a role allow something. It does not see the policies of the resource itself. */
export async function allows(
  ask: Ask,
  roleArn: string,
  action: string,
  resource: string,
  context: Record<string, string> = {},
): Promise<Permission> {
  const answer = await ask("iam:SimulatePrincipalPolicy", {
    PolicySourceArn: roleArn,
    ActionNames: [action],
    ResourceArns: [resource],
    ContextEntries: Object.entries(context).map(([name, value]) => ({
      ContextKeyName: name,
      ContextKeyType: "string",
      ContextKeyValues: [value],
    })),
  });
  return answer && (answer.EvaluationResults ?? []).every(({ EvalDecision }) => EvalDecision === "allowed");
}

/** Whether a role lets a service assume it. */
export async function trusts(ask: Ask, roleArn: string, service: string): Promise<Permission> {
  const answer = await ask("iam:GetRole", { RoleName: nameOfRole(roleArn) });
  if (answer?.Role?.AssumeRolePolicyDocument === undefined) return undefined;
  return decodeURIComponent(answer.Role.AssumeRolePolicyDocument).includes(`"${service}"`);
}

/** The name of a role, which is what comes last in its ARN. */
export function nameOfRole(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}

/** The command that gives a role a permission. */
export function grant(roleArn: string, action: string, resource: string): string {
  const statement = { Effect: "Allow", Action: action, Resource: resource };
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return `aws iam put-role-policy --role-name ${nameOfRole(roleArn)} --policy-name ${action.replace(":", "-")} --policy-document '${document}'`;
}
