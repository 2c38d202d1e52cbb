import type { Session } from "../iam";
import { rotate, type Rotating } from "./rotation";
import { currentStage, type SecretVersion } from "./secret";
import { ServiceError } from "./serviceError";

/** The part of Secrets Manager that the operations use. */
interface Manager extends Rotating {
  readonly host: string;
  read(
    id: string,
    reader: Session,
    choice: { versionId?: string | undefined; stage?: string | undefined },
  ): SecretVersion;
  authorize(sender: Session, action: string, resource: string, context?: Record<string, string>): void;
}

/** What the operations that the stand-in knows have among their parameters. */
interface Parameters {
  SecretId?: string;
  VersionId?: string;
  VersionStage?: string;
  VersionStages?: string[];
  SecretString?: string;
  ClientRequestToken?: string;
  MoveToVersionId?: string;
  RemoveFromVersionId?: string;
}

/**
 * Performs an operation with the rights of the sender's role.
 *
 * @param target such as `secretsmanager.GetSecretValue`
 * @throws ServiceError
 */
export function perform(manager: Manager, target: string, body: Buffer, sender: Session): object | Promise<object> {
  const { SecretId: id, ...parameters } = JSON.parse(body.toString()) as Parameters;
  if (id === undefined) throw new ServiceError("InvalidParameterException", "You must provide a value for SecretId.");
  const operation = operations[target.replace("secretsmanager.", "")];
  if (operation === undefined) {
    throw new ServiceError("UnknownOperationException", `The stand-in does not know the operation ${target}.`);
  }
  return operation(manager, id, parameters, sender);
}

type Operation = (manager: Manager, id: string, parameters: Parameters, sender: Session) => object;

const operations: Record<string, Operation> = {
  GetSecretValue(manager, id, { VersionId: versionId, VersionStage: stage }, sender) {
    const version = manager.read(id, sender, { versionId, stage });
    const { arn, name } = manager.find(id);
    return {
      ARN: arn,
      Name: name,
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: [...version.stages],
      CreatedDate: version.createdAt.getTime() / 1000,
    };
  },

  DescribeSecret(manager, id, _parameters, sender) {
    const { arn, name, stages, kmsKeyArn, rotation } = manager.find(id);
    manager.authorize(sender, "secretsmanager:DescribeSecret", arn);
    return {
      ARN: arn,
      Name: name,
      KmsKeyId: kmsKeyArn,
      VersionIdsToStages: stages,
      ...(rotation !== undefined && { RotationEnabled: true, RotationLambdaARN: rotation.functionArn }),
    };
  },

  PutSecretValue(manager, id, { SecretString: value, VersionStages: stages = [currentStage], ...rest }, sender) {
    const secret = manager.find(id);
    manager.authorize(sender, "secretsmanager:PutSecretValue", secret.arn);
    if (secret.kmsKeyArn !== undefined) {
      manager.authorize(sender, "kms:GenerateDataKey", secret.kmsKeyArn, { "kms:ViaService": manager.host });
    }
    const known = rest.ClientRequestToken === undefined ? undefined : secret.version(rest.ClientRequestToken);
    if (known?.value !== undefined && known.value !== value) {
      const message = "You tried to create a new version of a secret with a ClientRequestToken that already exists.";
      throw new ServiceError("ResourceExistsException", message);
    }
    const version = secret.put(value, stages, rest.ClientRequestToken);
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
  },

  UpdateSecretVersionStage(
    manager,
    id,
    { VersionStage: stage = "", MoveToVersionId: to, RemoveFromVersionId: from },
    sender,
  ) {
    const secret = manager.find(id);
    manager.authorize(sender, "secretsmanager:UpdateSecretVersionStage", secret.arn);
    const owner = secret.versionWith(stage);
    if (owner !== undefined && owner.id !== to && owner.id !== from) {
      const message = `The parameter RemoveFromVersionId must be the version that has the staging label ${stage}.`;
      throw new ServiceError("InvalidParameterException", message);
    }
    if (to === undefined) secret.removeLabels(from ?? "", [stage]);
    else secret.label(to, [stage]);
    return { ARN: secret.arn, Name: secret.name };
  },

  async RotateSecret(manager, id, _parameters, sender) {
    const { arn, name } = manager.find(id);
    manager.authorize(sender, "secretsmanager:RotateSecret", arn);
    return { ARN: arn, Name: name, VersionId: await rotate(manager, id) };
  },
};
