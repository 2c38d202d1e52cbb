import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Iam, Session } from "../iam";
import type { Loopback } from "../network";
import type { ServerCertificate } from "../tls";
import { authenticate } from "./authenticate";
import { currentStage, Secret, type SecretVersion } from "./secret";
import { ServiceError } from "./serviceError";

/** Which version of a secret to read. */
interface VersionChoice {
  versionId?: string | undefined;
  /** @default AWSCURRENT */
  stage?: string | undefined;
}

const maxRequestBytes = 1_000_000;

/**
 * Secrets Manager: the secrets, and the HTTPS endpoint where the AWS SDK reads them. The signature of a request says
 * who sends it, and the policies of the sender's role say whether the sender may read.
 */
export class SecretsManager {
  /** Host name of the service's endpoint. */
  readonly host: string;
  readonly secrets = new Map<string, Secret>();
  /** Names of deleted secrets that AWS could still restore. */
  private readonly recoverable = new Set<string>();
  private server: Server | undefined;

  constructor(
    region: string,
    private readonly iam: Iam,
  ) {
    this.host = `secretsmanager.${region}.amazonaws.com`;
  }

  /** Starts the endpoint and returns its address on this machine. */
  async listen(certificate: ServerCertificate): Promise<Loopback> {
    this.server = createServer(certificate, (request, response) => void this.answer(request, response));
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return { host: "127.0.0.1", port: (this.server.address() as AddressInfo).port };
  }

  async close(): Promise<void> {
    const server = this.server;
    if (server === undefined) return;
    this.server = undefined;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }

  /**
   * Adds a secret, which has no value yet.
   *
   * @throws ServiceError when the name is taken, also by a deleted secret whose recovery window has not ended
   */
  create(arn: string, name: string, kmsKeyArn?: string): Secret {
    if ([...this.secrets.values()].some((secret) => secret.name === name)) {
      const message = `The operation failed because the secret ${name} already exists.`;
      throw new ServiceError("ResourceExistsException", message);
    }
    if (this.recoverable.has(name)) {
      const message = `You can't create this secret because a secret with this name (${name}) is already scheduled for deletion.`;
      throw new ServiceError("InvalidRequestException", message);
    }
    const secret = new Secret(arn, name, kmsKeyArn);
    this.secrets.set(arn, secret);
    return secret;
  }

  /** Deletes a secret with all its versions. With a recovery window, in days, its name stays taken. */
  delete(arn: string, recoveryWindow: number): void {
    const secret = this.secrets.get(arn);
    this.secrets.delete(arn);
    if (secret !== undefined && recoveryWindow > 0) this.recoverable.add(secret.name);
  }

  /**
   * Stores a value in a secret. It becomes the current one if it is the secret's first value, or if the labels say so.
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
   */
  putValue(id: string, value: string, stages = [currentStage]): SecretVersion {
    return this.find(id).put(value, stages);
  }

  /**
   * Reads a secret's value with the rights of the reader's role.
   *
   * @throws ServiceError as on AWS: AccessDeniedException or ResourceNotFoundException
   */
  read(id: string, reader: Session, { versionId, stage = currentStage }: VersionChoice = {}): SecretVersion {
    const secret = this.find(id);
    this.authorize(reader, "secretsmanager:GetSecretValue", secret.arn);
    // AWS's own key decrypts for everyone who may read the secret. With a customer managed key, a policy has to allow
    // it.
    if (secret.kmsKeyArn !== undefined) {
      this.authorize(reader, "kms:Decrypt", secret.kmsKeyArn, { "kms:ViaService": this.host });
    }
    const version = versionId === undefined ? secret.versionWith(stage) : secret.version(versionId);
    if (version !== undefined) return version;
    const choice = versionId === undefined ? `staging label: ${stage}` : `VersionId: ${versionId}`;
    const message = `Secrets Manager can't find the specified secret value for ${choice}`;
    throw new ServiceError("ResourceNotFoundException", message);
  }

  /** The answer of GetSecretValue. @throws ServiceError as on AWS */
  getSecretValue(id: string, reader: Session, choice: VersionChoice = {}) {
    const version = this.read(id, reader, choice);
    const { arn, name } = this.find(id);
    return {
      ARN: arn,
      Name: name,
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: [...version.stages],
      CreatedDate: version.createdAt.getTime() / 1000,
    };
  }

  /** The answer of DescribeSecret. @throws ServiceError as on AWS */
  describeSecret(id: string, reader: Session) {
    const { arn, name, stages, kmsKeyArn } = this.find(id);
    this.authorize(reader, "secretsmanager:DescribeSecret", arn);
    return { ARN: arn, Name: name, KmsKeyId: kmsKeyArn, VersionIdsToStages: stages };
  }

  private authorize(reader: Session, action: string, resource: string, context?: Record<string, string>): void {
    const decision = this.iam.decide(reader, { action, resource, ...(context && { context }) });
    if (decision === "allowed") return;
    const because =
      decision === "explicitly denied"
        ? "with an explicit deny"
        : `because no identity-based policy allows the ${action} action`;
    throw new ServiceError(
      "AccessDeniedException",
      `User: ${reader.arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
    );
  }

  private find(id: string): Secret {
    const secret = this.secrets.get(id) ?? [...this.secrets.values()].find(({ name }) => name === id);
    if (secret === undefined) {
      throw new ServiceError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }
    return secret;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(request);
      const reader = authenticate(request, body, this.iam);
      const answer = this.dispatch(request.headers["x-amz-target"], body, reader);
      reply(response, 200, answer);
    } catch (error) {
      const { code, message } =
        error instanceof ServiceError
          ? error
          : new ServiceError("InternalServiceError", "An error occurred on the server side.");
      reply(response, error instanceof ServiceError ? 400 : 500, { __type: code, message });
    }
  }

  private dispatch(target: string | string[] | undefined, body: Buffer, reader: Session): object {
    const request = JSON.parse(body.toString()) as { SecretId?: string; VersionId?: string; VersionStage?: string };
    const { SecretId: id, VersionId: versionId, VersionStage: stage } = request;
    if (id === undefined) throw new ServiceError("InvalidParameterException", "You must provide a value for SecretId.");
    switch (target) {
      case "secretsmanager.GetSecretValue":
        return this.getSecretValue(id, reader, { versionId, stage });
      case "secretsmanager.DescribeSecret":
        return this.describeSecret(id, reader);
      default:
        throw new ServiceError(
          "UnknownOperationException",
          `The stand-in does not know the operation ${String(target)}.`,
        );
    }
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxRequestBytes) throw new ServiceError("RequestEntityTooLarge", "The request is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify(body));
}
