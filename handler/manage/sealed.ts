import { createDecipheriv, createHash } from "node:crypto";
import { EnvironmentError, UsageError } from "../errors";
import type { ManagedUser, ManageEnvironment, Sealed, Verifiers } from "./event";

/** The variable with the key to what is sealed in the event. */
const keyVariable: keyof ManageEnvironment = "MANAGE_KEY";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Opens what the component has sealed: AES-256-GCM, as nonce, text and tag. The event is in Pulumi's previews and the key is not, so
 * people see whose password changes, and nothing of the password.
 *
 * @throws UsageError when it was sealed with another key
 */
export function opened({ sealed }: Sealed, key = process.env[keyVariable]): Verifiers {
  if (!key) throw new EnvironmentError(`The environment lacks ${keyVariable}: ProxiedDatabase sets it.`);
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv(
    "aes-256-gcm",
    createHash("sha256").update(key).digest(),
    bytes.subarray(0, nonceBytes),
  );
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString();
    return JSON.parse(text) as Verifiers;
  } catch (cause) {
    throw new UsageError(
      `The event is not sealed with the key in ${keyVariable}: deploy again, so that both are of one deployment.`,
      {
        cause,
      },
    );
  }
}

/** The users with their verifiers in the open, as the rest of the managing function takes them. */
export function openedUsers(users: Record<string, ManagedUser>): Record<string, ManagedUser> {
  return Object.fromEntries(
    Object.entries(users).map(([name, user]) => {
      const { login } = user;
      if ("iam" in login || !("sealed" in login.verifiers)) return [name, user];
      return [name, { ...user, login: { ...login, verifiers: opened(login.verifiers) } }];
    }),
  );
}
