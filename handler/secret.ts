import type { Deadline } from "./deadline";
import { SecretError } from "./errors";
import { callSecretsManager, errorIn, objectIn } from "./secretsManager";

/** What a secret holds. */
export interface Secret {
  password: string;
  /** When this value was stored, in milliseconds since 1970; undefined when Secrets Manager does not say. */
  changedAt: number | undefined;
}

/**
 * Reads the password from the secret. Each call costs money and tens of milliseconds, so a callback asks once per container,
 * and again only when a log-in is refused.
 *
 * @throws SecretError when the secret may not be read, or is not the JSON object with a `password` that RDS Proxy expects.
 */
export async function readSecret(secretArn: string, deadline: Deadline): Promise<Secret> {
  const answer = await callSecretsManager("GetSecretValue", secretArn, {}, deadline);
  const { status, body } = answer;
  if (status !== 200) {
    const said = String(body.message ?? body.Message);
    throw new SecretError(
      `The secret ${secretArn} could not be read (${errorIn(answer)}: ${said}): the function's role needs secretsmanager:GetSecretValue` +
        " for it, and kms:Decrypt for its key if that is not AWS's own.",
    );
  }
  const { password } = objectIn(String(body.SecretString));
  if (typeof password === "string") {
    const { CreatedDate: seconds } = body;
    return { password, changedAt: typeof seconds === "number" ? seconds * 1_000 : undefined };
  }
  // The message leaves out the text, which may be the secret itself.
  throw new SecretError(
    `The secret ${secretArn} is not a JSON object with a text "password": store {"username": "…", "password": "…"} in it, as RDS` +
      " Proxy expects.",
  );
}
