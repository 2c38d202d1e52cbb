import { randomUUID } from "node:crypto";
import { pendingStage, type Secret } from "./secret";
import { ServiceError } from "./serviceError";

/** The part of Secrets Manager that rotations need. */
export interface Rotating {
  find(id: string): Secret;
  /** Invokes the function with this ARN for Secrets Manager. @throws Error when it fails, or must not be invoked */
  invoke: ((functionArn: string, secretArn: string, event: object) => Promise<void>) | undefined;
}

/** In the order in which Secrets Manager asks the function for them. */
const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"];

/**
 * Rotates a secret: begins a version and asks the secret's function for each step. On AWS that goes on after the answer; here the answer
 * comes at the end, with what the function has said if it has failed.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 *
 * @returns the id of the new version
 * @throws ServiceError when the secret has no rotation, or another one has not ended
 */
export async function rotate(manager: Rotating, id: string): Promise<string> {
  const secret = manager.find(id);
  const begun = secret.versionWith(pendingStage);
  if (begun !== undefined && begun !== secret.current) {
    throw new ServiceError(
      "InvalidRequestException",
      `A previous rotation isn't complete. That rotation will be reattempted.`,
    );
  }
  if (begun !== undefined) secret.removeLabels(begun.id, [pendingStage]);
  const token = randomUUID();
  secret.put(undefined, [pendingStage], token);
  for (const step of steps) await ask(manager, secret, step, token);
  return token;
}

/** What AWS does when a rotation is set up that does not begin at once: one step, with a version that is gone afterwards. */
export async function testRotation(manager: Rotating, id: string): Promise<void> {
  const secret = manager.find(id);
  const token = randomUUID();
  secret.put(secret.value, [pendingStage], token);
  try {
    await ask(manager, secret, "testSecret", token);
  } finally {
    secret.removeLabels(token, [pendingStage]);
  }
}

async function ask(manager: Rotating, { arn, rotation }: Secret, step: string, token: string): Promise<void> {
  if (rotation === undefined || manager.invoke === undefined) {
    throw new ServiceError("InvalidRequestException", `The secret ${arn} has no rotation function.`);
  }
  await manager.invoke(rotation.functionArn, arn, { Step: step, SecretId: arn, ClientRequestToken: token });
}
