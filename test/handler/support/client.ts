import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import tls from "node:tls";
import type { Context } from "aws-lambda";
import { WireTap } from "../../../bench/function/wireTap";
import type { DatabaseEnvironment } from "../../../handler";
import { authority, masterPassword, masterUser, type TestProxy } from "../../local/rdsProxy/support/harness";

/** Answers GetSecretValue with whatever `text` is at the time. */
export class FakeSecretsManager {
  text = "";
  /** When the secret was changed, as Secrets Manager says; undefined leaves it out. */
  changedAt: Date | undefined;
  requests = 0;
  /** What happens instead of the answer, while it is set. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  private readonly server: Server = createServer((request, response) => {
    this.requests++;
    if (this.instead !== undefined) {
      this.instead(request, response);
      return;
    }
    response.setHeader("content-type", "application/x-amz-json-1.1");
    const changed = this.changedAt && { CreatedDate: this.changedAt.getTime() / 1_000 };
    response.end(JSON.stringify({ ARN: "arn", Name: "sample", SecretString: this.text, ...changed }));
  });

  async listen(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.text = JSON.stringify({ username: masterUser, password: masterPassword });
    this.changedAt = undefined;
    this.requests = 0;
    this.instead = undefined;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** Lets the callbacks' code run in this process as in Lambda, from `before` to `after` of the suite that calls it. */
export function likeInLambda(): FakeSecretsManager {
  const secrets = new FakeSecretsManager();
  const trusted = tls.getCACertificates("default");
  const variables = { ...process.env };
  before(async () => {
    // As Node in Lambda trusts Amazon's roots, Node in this test trusts the root that the proxy's certificate chains to.
    tls.setDefaultCACertificates([...trusted, authority.certificate]);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await secrets.listen(),
      AWS_REGION: "ap-northeast-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      POWERTOOLS_LOG_LEVEL: "CRITICAL",
    });
  });
  beforeEach(() => {
    secrets.reset();
  });
  after(() => {
    secrets.close();
    tls.setDefaultCACertificates(trusted);
    process.env = variables;
  });
  return secrets;
}

/** What the component would put into the environment. */
export const environmentFor = (port: number): DatabaseEnvironment => ({
  DB_ENDPOINT: "localhost",
  DB_PORT: String(port),
  DB_NAME: "test",
  DB_USER: masterUser,
  DB_CONNECT_TIMEOUT: "5",
  DB_AUTH: "password",
  DB_SECRET_ARN: "arn:sample",
});

/** A tap in front of a proxy, whose certificate the client trusts. */
export async function tapped({ proxy }: TestProxy): Promise<WireTap> {
  const tap = new WireTap(authority.issue(["localhost"]), proxy.port);
  await tap.listen();
  return tap;
}

/** Lambda's context with so many milliseconds left. */
export function contextWith(milliseconds: number): Context {
  const end = Date.now() + milliseconds;
  return { awsRequestId: "request", getRemainingTimeInMillis: () => Math.max(0, end - Date.now()) } as Context;
}
