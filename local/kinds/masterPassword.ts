import { randomBytes, randomUUID } from "node:crypto";
import type { Account } from "../account";
import type { Properties } from "../engine";
import { randomHex } from "../kept";
import { currentStage } from "../secretsManager";

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
 *
 * @param keptAs the name of a new database, which has the same password in each run
 */
export function masterPasswordOf(
  account: Account,
  inputs: MasterPasswordInputs,
  masterUser: string,
  keptAs?: string,
): MasterPassword {
  const { password: given, manageMasterUserPassword, masterUserSecretKmsKeyId: keyArn } = inputs;
  if (!manageMasterUserPassword) {
    if (given !== undefined) return { password: given, secrets: [] };
    throw new Error("The database has no master password: give it one, or set manageMasterUserPassword.");
  }
  const make = () => randomBytes(21).toString("base64url");
  const password = keptAs === undefined ? make() : account.keep(`password of ${keptAs}`, make);
  const name = `rds!db-${randomUUID()}`;
  const secretArn = account.arn("secretsmanager", `secret:${name}-${randomHex(6)}`);
  account.secretsManager
    .create(secretArn, name, keyArn)
    .put(JSON.stringify({ username: masterUser, password }), [currentStage]);
  const kmsKeyId = keyArn ?? account.arn("kms", "alias/aws/secretsmanager");
  return { password, secrets: [{ secretArn, secretStatus: "active", kmsKeyId }] };
}

/**
 * Changes the master user's password as the inputs ask, also from one kept by RDS to one of the program and back.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
 *
 * @param change sets the password on the server
 * @returns the secrets in the new state
 * @throws Error when another key should encrypt a secret that RDS keeps already
 */
export async function changeMasterPassword(
  account: Account,
  before: MasterPasswordInputs & { masterUserSecrets?: MasterPassword["secrets"] },
  after: MasterPasswordInputs,
  masterUser: string,
  change: (password: string) => Promise<void>,
): Promise<MasterPassword["secrets"]> {
  const { masterUserSecrets: secrets = [] } = before;
  const stays = Boolean(before.manageMasterUserPassword) === Boolean(after.manageMasterUserPassword);
  if (stays && after.manageMasterUserPassword) {
    if (before.masterUserSecretKmsKeyId === after.masterUserSecretKmsKeyId) return secrets;
    throw new Error(
      "InvalidParameterCombination: You can't specify MasterUserSecretKmsKeyId for a DB instance that already manages the master" +
        " user password in Secrets Manager: turn manageMasterUserPassword off first, and on again with the other key.",
    );
  }
  if (stays && (after.password === undefined || after.password === before.password)) return secrets;
  const next = masterPasswordOf(account, after, masterUser);
  await change(next.password);
  deleteMasterSecrets(account, { masterUserSecrets: secrets });
  return next.secrets;
}

/** RDS deletes the secret of the master password together with the database, and without a recovery window. */
export function deleteMasterSecrets({ secretsManager }: Account, { masterUserSecrets }: Properties): void {
  const secrets = (masterUserSecrets ?? []) as MasterPassword["secrets"];
  for (const { secretArn } of secrets) secretsManager.delete(secretArn, 0);
}
