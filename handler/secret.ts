import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

const client = new SecretsManagerClient({
  // Without a way to Secrets Manager (no interface endpoint, no NAT gateway) the request would hang until Lambda's timeout.
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 },
});

/**
 * Reads the password from the secret. The callback asks once per container and again only when a log-in is refused,
 * since every call costs money and some tens of milliseconds.
 *
 * @throws Error when the secret may not be read, or is not the JSON object with a `password` that RDS Proxy expects.
 */
export async function readPassword(secretArn: string): Promise<string> {
  const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  const password = passwordIn(text ?? "");
  if (password === undefined) {
    // The text is left out on purpose: it may be the secret itself.
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
