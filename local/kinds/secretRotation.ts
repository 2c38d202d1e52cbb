import type { Account } from "../account";
import type { Kind, Properties } from "../engine";
import { rotate, testRotation } from "../secretsManager";

/**
 * `aws.secretsmanager.SecretRotation`. Nothing is rotated by the calendar, because no run takes days: `RotateSecret` rotates.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export const secretRotation: Kind = {
  async create(inputs, _resource, account) {
    await setUp(inputs, account);
    const secretId = String(inputs.secretId);
    return { id: secretId, state: { ...inputs, rotationEnabled: true } };
  },
  async update({ state }, inputs, account) {
    await setUp(inputs, account);
    return { ...state, ...inputs };
  },
  delete({ state }, { secretsManager }) {
    const secret = secretsManager.secrets.get(String(state.secretId));
    if (secret !== undefined) secret.rotation = undefined;
  },
};

async function setUp(inputs: Properties, { secretsManager }: Account): Promise<void> {
  const { secretId, rotationLambdaArn, rotateImmediately } = inputs as {
    secretId: string;
    rotationLambdaArn: string;
    rotateImmediately?: boolean;
  };
  secretsManager.find(secretId).rotation = { functionArn: rotationLambdaArn };
  if (rotateImmediately === false) await testRotation(secretsManager, secretId);
  else await rotate(secretsManager, secretId);
}
