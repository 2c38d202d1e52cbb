import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Iam, Session } from "../iam";
import type { Loopback } from "../network";
import type { ServerCertificate } from "../tls";
import { authenticate } from "./authenticate";
import { ServiceError } from "./serviceError";

/** A secret and its current value. */
export interface Secret {
  arn: string;
  name: string;
  /** ARN of the customer managed key that encrypts it; undefined for AWS's own key. */
  kmsKeyArn: string | undefined;
  value: string | undefined;
  versionId: string;
  createdAt: Date;
}

/** Label of the version that is read when no other one is asked for. */
const current = "AWSCURRENT";
const maxRequestBytes = 1_000_000;

/**
 * Secrets Manager: the secrets, and the HTTPS endpoint where the AWS SDK reads them. The signature of a request says
 * who sends it, and the policies of the sender's role say whether the sender may read.
 */
export class SecretsManager {
  /** Host name of the service's endpoint. */
  readonly host: string;
  readonly secrets = new Map<string, Secret>();
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
   * Stores a value in a secret. It becomes the current one if it is the secret's first value, or if the labels say so.
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
   *
   * @returns the id and the labels of the new version
   */
  putValue(id: string, value: string, stages = [current]): { versionId: string; versionStages: string[] } {
    const secret = this.find(id);
    const versionId = randomUUID();
    const versionStages = secret.value === undefined ? [...new Set([current, ...stages])] : stages;
    if (versionStages.includes(current)) Object.assign(secret, { value, versionId, createdAt: new Date() });
    return { versionId, versionStages };
  }

  /**
   * Reads a secret's value with the rights of the reader's role.
   *
   * @throws ServiceError as on AWS: AccessDeniedException or ResourceNotFoundException
   */
  read(id: string, reader: Session): Secret & { value: string } {
    const secret = this.find(id);
    this.authorize(reader, "secretsmanager:GetSecretValue", secret.arn);
    // AWS's own key decrypts for everyone who may read the secret. With a customer managed key, a policy has to allow
    // it.
    if (secret.kmsKeyArn !== undefined) {
      this.authorize(reader, "kms:Decrypt", secret.kmsKeyArn, { "kms:ViaService": this.host });
    }
    if (secret.value === undefined) {
      const message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
      throw new ServiceError("ResourceNotFoundException", message);
    }
    return { ...secret, value: secret.value };
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
    const { SecretId: id } = JSON.parse(body.toString()) as { SecretId?: string };
    if (id === undefined) throw new ServiceError("InvalidParameterException", "You must provide a value for SecretId.");
    switch (target) {
      case "secretsmanager.GetSecretValue": {
        const { arn, name, value, versionId, createdAt } = this.read(id, reader);
        return {
          ARN: arn,
          Name: name,
          VersionId: versionId,
          SecretString: value,
          VersionStages: ["AWSCURRENT"],
          CreatedDate: createdAt.getTime() / 1000,
        };
      }
      case "secretsmanager.DescribeSecret": {
        const { arn, name, versionId, kmsKeyArn } = this.find(id);
        this.authorize(reader, "secretsmanager:DescribeSecret", arn);
        return { ARN: arn, Name: name, KmsKeyId: kmsKeyArn, VersionIdsToStages: { [versionId]: ["AWSCURRENT"] } };
      }
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
