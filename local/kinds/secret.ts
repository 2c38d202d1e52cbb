import { randomUUID } from "node:crypto";
import { randomHex } from "../account";
import { type Kind, nameOf } from "../engine";

export const secret: Kind = {
  create(inputs, resource, { secretsManager, arn: arnOf }) {
    const name = nameOf(inputs.name, resource);
    // AWS adds six random characters. So a new secret with the name of a deleted one has another ARN.
    const arn = arnOf("secretsmanager", `secret:${name}-${randomHex(6)}`);
    secretsManager.secrets.set(arn, {
      arn,
      name,
      kmsKeyArn: inputs.kmsKeyId as string | undefined,
      value: undefined,
      versionId: randomUUID(),
      createdAt: new Date(),
    });
    return { id: arn, state: { ...inputs, name, arn } };
  },
  delete({ id }, { secretsManager }) {
    secretsManager.secrets.delete(id);
  },
};

interface VersionInputs {
  secretId: string;
  secretString: string;
  versionStages?: string[];
}

export const secretVersion: Kind = {
  create(inputs, _resource, { secretsManager }) {
    const { secretId, secretString, versionStages } = inputs as unknown as VersionInputs;
    const version = secretsManager.putValue(secretId, secretString, versionStages);
    return {
      id: `${secretId}|${version.versionId}`,
      state: { ...inputs, arn: secretId, secretArn: secretId, ...version },
    };
  },
  update(_existing, inputs, { secretsManager }) {
    const { secretId, secretString, versionStages } = inputs as unknown as VersionInputs;
    const version = secretsManager.putValue(secretId, secretString, versionStages);
    return { ...inputs, arn: secretId, secretArn: secretId, ...version };
  },
};
