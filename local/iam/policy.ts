/** A parsed policy document. Where IAM allows a value or a list, it always has a list. */
export interface PolicyDocument {
  statements: Statement[];
}

interface Statement {
  effect: "Allow" | "Deny";
  actions: Matcher;
  /** Undefined in a trust policy, because that belongs to one role. */
  resources: Matcher | undefined;
  /** The services that a trust policy names. */
  principals: string[];
  conditions: Condition[];
}

/** `Action` or `NotAction` (and the same for resources): the listed patterns, or everything except them. */
interface Matcher {
  patterns: string[];
  negated: boolean;
}

interface Condition {
  operator: string;
  key: string;
  values: string[];
}

/** A request that policies allow or deny. */
export interface Request {
  /** The action, such as `secretsmanager:GetSecretValue`. */
  action: string;
  /** ARN of the resource. Undefined for a question to a role's trust policy. */
  resource?: string;
  /** The service that wants to assume the role, for a question to a role's trust policy. */
  principal?: string;
  /** Condition keys and their values, such as `kms:ViaService`. */
  context?: Record<string, string>;
}

export type Decision = "allowed" | "explicitly denied" | "not allowed";

/**
 * Reads a policy document.
 *
 * @throws Error that begins with MalformedPolicyDocument, like IAM's own, when the text is not a policy document
 */
export function parsePolicy(text: string): PolicyDocument {
  let document: { Statement?: unknown };
  try {
    document = JSON.parse(text) as { Statement?: unknown };
  } catch {
    throw malformed(`it is not JSON: ${text.slice(0, 60)}`);
  }
  const statements = listOf(document.Statement) as Record<string, unknown>[];
  if (statements.length === 0) throw malformed("it has no Statement");
  return { statements: statements.map(parseStatement) };
}

function parseStatement(statement: Record<string, unknown>): Statement {
  const { Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny") {
    throw malformed(`a statement has the Effect ${JSON.stringify(effect)}, but only "Allow" and "Deny" are possible`);
  }
  return {
    effect,
    actions: parseMatcher(statement, "Action"),
    resources: "Resource" in statement || "NotResource" in statement ? parseMatcher(statement, "Resource") : undefined,
    principals: listOf((statement.Principal as { Service?: unknown } | undefined)?.Service).map(String),
    conditions: Object.entries((statement.Condition ?? {}) as Record<string, Record<string, unknown>>).flatMap(
      ([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values).map(String) })),
    ),
  };
}

function parseMatcher(statement: Record<string, unknown>, name: string): Matcher {
  const negated = statement[`Not${name}`] !== undefined;
  return { patterns: listOf(statement[negated ? `Not${name}` : name]).map(String), negated };
}

/**
 * Decides as IAM does within one account. An explicit deny wins over everything, and without an allow the answer is no.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(documents: PolicyDocument[], request: Request): Decision {
  const applying = documents.flatMap(({ statements }) => statements).filter((statement) => applies(statement, request));
  if (applying.some(({ effect }) => effect === "Deny")) return "explicitly denied";
  return applying.length > 0 ? "allowed" : "not allowed";
}

function applies({ effect, actions, resources, principals, conditions }: Statement, request: Request): boolean {
  const { action, resource, principal } = request;
  return (
    // IAM ignores the case of action names, but not of resources.
    matches(actions, action, "i") &&
    (resource === undefined || (resources !== undefined && matches(resources, resource, ""))) &&
    (principal === undefined || principals.includes(principal)) &&
    conditions.every((condition) => holds(condition, request.context ?? {}, effect))
  );
}

function matches({ patterns, negated }: Matcher, text: string, flags: string): boolean {
  return patterns.some((pattern) => isLike(pattern, text, flags)) !== negated;
}

function holds({ operator, key, values }: Condition, context: Record<string, string>, effect: string): boolean {
  const actual = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  const name = operator.replace(/IfExists$/, "");
  const isNegated = /^(String|Arn)Not/.test(name);
  // If the request does not have the key, a comparison for equality fails and one for inequality holds.
  if (actual === undefined) return isNegated || operator.endsWith("IfExists");
  switch (name.replace("Not", "")) {
    case "StringEquals":
      return values.includes(actual) !== isNegated;
    case "StringEqualsIgnoreCase":
      return values.some((value) => value.toLowerCase() === actual.toLowerCase()) !== isNegated;
    case "StringLike":
    case "ArnLike":
    case "ArnEquals":
      return values.some((value) => isLike(value, actual, "")) !== isNegated;
    case "Bool":
      return values.some((value) => value.toLowerCase() === actual.toLowerCase());
    default:
      // An operator that the stand-in does not know never allows anything, and a deny with it always applies.
      return effect === "Deny";
  }
}

/** Compares with IAM's wildcards: `*` stands for any text, `?` for any one character. */
function isLike(pattern: string, text: string, flags: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function malformed(reason: string): Error {
  return new Error(`MalformedPolicyDocument: the policy cannot be read, ${reason}.`);
}
