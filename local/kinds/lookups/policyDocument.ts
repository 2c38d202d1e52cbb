import type { Lookup } from "../../engine";

interface StatementInputs {
  sid?: string;
  effect?: string;
  actions?: string[];
  notActions?: string[];
  resources?: string[];
  notResources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  notPrincipals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

/**
 * `aws.iam.getPolicyDocument`: writes statements as IAM's JSON. Like the provider, it writes a list of one value as
 * that value.
 */
export const getPolicyDocument: Lookup = (inputs) => {
  const {
    statements = [],
    policyId,
    version = "2012-10-17",
  } = inputs as {
    statements?: StatementInputs[];
    policyId?: string;
    version?: string;
  };
  const document = {
    Version: version,
    ...(policyId !== undefined && { Id: policyId }),
    Statement: statements.map(statementOf),
  };
  return { id: "policy", json: JSON.stringify(document, undefined, 2), minifiedJson: JSON.stringify(document) };
};

function statementOf(statement: StatementInputs): object {
  const { sid, effect = "Allow", actions, notActions, resources, notResources, principals, notPrincipals } = statement;
  return {
    ...(sid !== undefined && { Sid: sid }),
    Effect: effect,
    ...listed("Action", actions),
    ...listed("NotAction", notActions),
    ...listed("Resource", resources),
    ...listed("NotResource", notResources),
    ...principalOf("Principal", principals),
    ...principalOf("NotPrincipal", notPrincipals),
    ...conditionOf(statement.conditions),
  };
}

function listed(name: string, values: string[] | undefined): object {
  return values === undefined || values.length === 0 ? {} : { [name]: single(values) };
}

function single(values: string[]): string | string[] | undefined {
  return values.length === 1 ? values[0] : values;
}

function principalOf(name: string, principals: StatementInputs["principals"]): object {
  if (principals === undefined || principals.length === 0) return {};
  const [first] = principals;
  if (first?.type === "*") return { [name]: "*" };
  return { [name]: Object.fromEntries(principals.map(({ type, identifiers }) => [type, single(identifiers)])) };
}

function conditionOf(conditions: StatementInputs["conditions"] = []): object {
  if (conditions.length === 0) return {};
  const byTest: Record<string, Record<string, string | string[] | undefined>> = {};
  for (const { test, variable, values } of conditions) (byTest[test] ??= {})[variable] = single(values);
  return { Condition: byTest };
}
