import { randomBytes, randomUUID } from "node:crypto";
import { type Account, randomHex } from "../account";

/** The inputs that decide who chooses the master user's password: the program or RDS. */
export interface MasterPasswordInputs {
  password?: string | undefined;
  manageMasterUserPassword?: boolean;
  masterUserSecretKmsKeyId?: string;
}

/** The master user's password. If RDS keeps it in a secret, the program sees that secret in `secrets`. */
export interface MasterPassword {
  password: string;
  secrets: { secretArn: string; secretStatus: string; kmsKeyId: string }[];
}

/**
 * Returns the password that the program gives, or makes one and stores it in a secret, as RDS does.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
 */
export function masterPasswordOf(account: Account, inputs: MasterPasswordInputs, masterUser: string): MasterPassword {
  const { password: given, manageMasterUserPassword, masterUserSecretKmsKeyId: keyArn } = inputs;
  if (!manageMasterUserPassword) {
    if (given !== undefined) return { password: given, secrets: [] };
    throw new Error("The database has no master password: give it one, or set manageMasterUserPassword.");
  }
  const password = randomBytes(21).toString("base64url");
  const name = `rds!db-${randomUUID()}`;
  const secretArn = account.arn("secretsmanager", `secret:${name}-${randomHex(6)}`);
  account.secretsManager.secrets.set(secretArn, {
    arn: secretArn,
    name,
    kmsKeyArn: keyArn,
    value: JSON.stringify({ username: masterUser, password }),
    versionId: randomUUID(),
    createdAt: new Date(),
  });
  const kmsKeyId = keyArn ?? account.arn("kms", "alias/aws/secretsmanager");
  return { password, secrets: [{ secretArn, secretStatus: "active", kmsKeyId }] };
}
