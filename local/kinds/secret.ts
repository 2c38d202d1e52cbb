import { type Kind, nameOf, type Properties } from "../engine";
import { randomHex } from "../kept";
import { currentStage, type SecretVersion } from "../secretsManager";
import { changed } from "./changed";

export const secret: Kind = {
  create(inputs, resource, { secretsManager, arn: arnOf }) {
    const name = nameOf(inputs.name, resource);
    // AWS adds six random characters. So a new secret with the name of a deleted one has another ARN.
    const arn = arnOf("secretsmanager", `secret:${name}-${randomHex(6)}`);
    secretsManager.create(arn, name, inputs.kmsKeyId as string | undefined);
    return { id: arn, state: { ...inputs, name, arn } };
  },
  /** Versions stay readable: AWS encrypts the labelled ones again, with the new key. */
  update({ id, state }, inputs, { secretsManager }) {
    const existing = secretsManager.secrets.get(id);
    if (existing !== undefined) existing.kmsKeyArn = inputs.kmsKeyId as string | undefined;
    return changed(state, inputs, ["name", "arn", "policy", "replicas"]);
  },
  /** The provider's default for the recovery window is AWS's: 30 days. */
  delete({ id, state }, { secretsManager }) {
    secretsManager.delete(id, Number(state.recoveryWindowInDays ?? 30));
  },
  exists: ({ id }, { secretsManager }) => secretsManager.secrets.has(id),
};

interface VersionInputs {
  secretId: string;
  secretString: string;
  versionStages?: string[];
}

/** `aws.secretsmanager.SecretVersion`. Another value is another version, so only the labels change in place. */
export const secretVersion: Kind = {
  create(inputs, _resource, { secretsManager }) {
    const { secretId, secretString, versionStages } = inputs as unknown as VersionInputs;
    const version = secretsManager.putValue(secretId, secretString, versionStages);
    return { id: `${secretId}|${version.id}`, state: stateOf(inputs, version) };
  },
  update({ state }, inputs, { secretsManager }) {
    const { secretId, secretString, versionStages } = inputs as unknown as VersionInputs;
    const existing = secretsManager.secrets.get(secretId);
    const version = existing?.version(String(state.versionId));
    if (existing === undefined || version?.value !== secretString) {
      return stateOf(inputs, secretsManager.putValue(secretId, secretString, versionStages));
    }
    if (versionStages !== undefined) {
      existing.label(version.id, versionStages);
      existing.removeLabels(
        version.id,
        removable(version).filter((stage) => !versionStages.includes(stage)),
      );
    }
    return stateOf(inputs, version);
  },
  delete({ state }, { secretsManager }) {
    const existing = secretsManager.secrets.get(String(state.secretId));
    const version = existing?.version(String(state.versionId));
    if (version !== undefined) existing?.removeLabels(version.id, removable(version));
  },
  // Versions go with their secret, and one without labels goes too.
  exists: ({ state }, { secretsManager }) =>
    secretsManager.secrets.get(String(state.secretId))?.version(String(state.versionId)) !== undefined,
};

/** A secret always keeps its current version, so this label cannot be taken away. */
function removable({ stages }: SecretVersion): string[] {
  return [...stages].filter((stage) => stage !== currentStage);
}

function stateOf(inputs: Properties, { id, stages }: SecretVersion): Properties {
  const { secretId } = inputs;
  return { ...inputs, arn: secretId, secretArn: secretId, versionId: id, versionStages: [...stages] };
}
