import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

const client = new SecretsManagerClient({
  // Without a way to Secrets Manager (no interface endpoint, no NAT gateway) the request would hang until Lambda's timeout.
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 },
});

/**
 * Reads the password from the secret. Each call costs money and tens of milliseconds, so a callback asks once per container,
 * and again only when a log-in is refused.
 *
 * @throws Error when the secret may not be read, or is not the JSON object with a `password` that RDS Proxy expects.
 */
export async function readPassword(secretArn: string): Promise<string> {
  const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  const password = passwordIn(text ?? "");
  if (password === undefined) {
    // The message leaves out the text, which may be the secret itself.
    throw new Error(`The secret ${secretArn} is not a JSON object with a text "password".`);
  }
  return password;
}

function passwordIn(text: string): string | undefined {
  try {
    const { password } = JSON.parse(text) as { password?: unknown };
    return typeof password === "string" ? password : undefined;
  } catch {
    return undefined;
  }
}
