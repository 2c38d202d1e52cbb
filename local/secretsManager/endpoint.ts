import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { verifySignature, type Iam, type Session } from "../iam";
import { parseAuthorization } from "../iam/signatureV4";
import type { Loopback } from "../network";
import type { ServerCertificate } from "../tls";
import { SecretsManagerError, type Secrets } from "./secrets";

/**
 * Secrets Manager's HTTPS endpoint on loopback, for the AWS SDK. It speaks the JSON protocol, of which the SDK needs
 * GetSecretValue and DescribeSecret here.
 */
export class SecretsManagerEndpoint {
  private constructor(private readonly server: Server) {}

  static async listen(secrets: Secrets, iam: Iam, certificate: ServerCertificate): Promise<SecretsManagerEndpoint> {
    const server = createServer(certificate, (request, response) => {
      void answer(secrets, iam, request, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new SecretsManagerEndpoint(server);
  }

  get address(): Loopback {
    return { host: "127.0.0.1", port: (this.server.address() as AddressInfo).port };
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    // The SDK keeps its connections open for the next request.
    this.server.closeAllConnections();
    await closed;
  }
}

async function answer(secrets: Secrets, iam: Iam, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let status = 200;
  let result: object;
  try {
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    const session = authenticate(iam, request, body);
    result = perform(secrets, session, String(request.headers["x-amz-target"]), JSON.parse(body.toString()));
  } catch (error) {
    status = 400;
    const failure = error instanceof Error ? error : new Error(String(error));
    const type = failure instanceof SecretsManagerError || failure instanceof RequestError ? failure.name : "ValidationException";
    // Both spellings occur among AWS's services, and its SDKs read both.
    result = { __type: type, message: failure.message, Message: failure.message };
  }
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(result));
}

/** A request that is refused before anything is looked up. */
class RequestError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

function authenticate(iam: Iam, request: IncomingMessage, body: Buffer): Session {
  const { headers, method = "", url = "" } = request;
  const session = iam.session(parseAuthorization(headers.authorization)?.accessKeyId ?? "");
  if (session === undefined || headers["x-amz-security-token"] !== session.sessionToken) {
    throw new RequestError("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  if (!verifySignature({ method, url, headers, body }, session.secretAccessKey)) {
    throw new RequestError(
      "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
    );
  }
  return session;
}

function perform(secrets: Secrets, session: Session, target: string, input: { SecretId?: unknown }): object {
  const id = String(input.SecretId);
  if (target === "secretsmanager.GetSecretValue") {
    const { secret, versionId, text } = secrets.getValue(session, id);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: versionId,
      SecretString: text,
      VersionStages: ["AWSCURRENT"],
      CreatedDate: secret.createdAt.getTime() / 1000,
    };
  }
  if (target === "secretsmanager.DescribeSecret") {
    const { arn, name, description, kmsKeyId, createdAt } = secrets.describe(session, id);
    return { ARN: arn, Name: name, Description: description, KmsKeyId: kmsKeyId, CreatedDate: createdAt.getTime() / 1000 };
  }
  throw new RequestError(
    "UnknownOperationException",
    `The stand-in for Secrets Manager offers GetSecretValue and DescribeSecret, not ${target}.`,
  );
}
