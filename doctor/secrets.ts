import type { Ask } from "./calls";
import { allows, grant } from "./permissions";
import type { Problem } from "./report";

/** The key of a secret that has none of its own: everybody who may read the secret may use it. */
const awsKey = "alias/aws/secretsmanager";

/** A customer managed key asks for a permission of its own. */
export async function decryptProblem(ask: Ask, roleArn: string, whose: string, secretArn: string): Promise<Problem[]> {
  const secret = await describe(ask, secretArn);
  const key = secret?.KmsKeyId;
  if (key === undefined || key.includes(awsKey)) return [];
  const [, partition, , region, account] = secretArn.split(":");
  const keyArn = key.startsWith("arn:") ? key : `arn:${partition}:kms:${region}:${account}:key/${key}`;
  const context = { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` };
  if ((await allows(ask, roleArn, "kms:Decrypt", keyArn, context)) !== false) return [];
  return [
    {
      reason: "AccessDeniedException",
      cause: `The secret is encrypted with a key of your own, and no policy of ${whose} role allows kms:Decrypt for it.`,
      fix: `credentials.kmsKeyArn: "${keyArn}" of ProxiedDatabase, or: ${grant(roleArn, "kms:Decrypt", keyArn)}`,
    },
  ];
}

async function describe(ask: Ask, secretArn: string) {
  try {
    return await ask("secretsmanager:DescribeSecret", { SecretId: secretArn });
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** What is wrong with the content of a secret, none of which is ever shown. */
export async function contentProblems(ask: Ask, secretArn: string): Promise<Problem[]> {
  const fix = `aws secretsmanager put-secret-value --secret-id ${secretArn} --secret-string '{"username":"…","password":"…"}'`;
  try {
    const answer = await ask("secretsmanager:GetSecretValue", { SecretId: secretArn });
    if (answer === undefined) return [];
    const wrong = faultOf(answer.SecretString ?? "");
    return wrong === undefined ? [] : [{ cause: `The secret ${secretArn} ${wrong}.`, fix }];
  } catch (error) {
    if ((error as Error).name !== "ResourceNotFoundException") throw error;
    return [
      { reason: "ResourceNotFoundException", cause: `There is no secret ${secretArn}, or it has no value.`, fix },
    ];
  }
}

function faultOf(text: string): string | undefined {
  if (text === "") return "is empty";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON, and the proxy reads JSON only";
  }
  if (typeof value !== "object" || value === null) return "is JSON, but no object";
  const { username, password } = value as Record<string, unknown>;
  const missing = Object.entries({ username, password }).filter(([, part]) => typeof part !== "string" || part === "");
  return missing.length === 0 ? undefined : `has no text "${missing.map(([name]) => name).join('" and no text "')}"`;
}
