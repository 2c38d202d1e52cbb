import { createHash, createHmac, type Hash } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Checksum, HttpRequest, SourceData } from "@smithy/types";
import { EnvironmentError } from "./errors";

/** Seconds for which a token is good. */
const tokenLifetime = 900;

/**
 * Signs a token that takes the place of a password, without a request. It is what `@aws-sdk/rds-signer` makes, with AWS's own
 * signer, but without the rest of the SDK, which takes longer to load than everything else.
 *
 * @throws EnvironmentError when the environment has no credentials
 */
export async function signToken(hostname: string, port: number, user: string): Promise<string> {
  const { query = {} } = await signer("rds-db", regionOfFunction()).presign(
    {
      method: "GET",
      protocol: "https:",
      hostname,
      port,
      path: "/",
      headers: { host: `${hostname}:${port}` },
      query: { Action: "connect", DBUser: user },
    },
    { expiresIn: tokenLifetime },
  );
  const parameters = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return `${hostname}:${port}/?${parameters.sort().join("&")}`;
}

/** Signs a request to a service, in its headers. @throws EnvironmentError when the environment has no credentials */
export async function signRequest(
  request: Omit<HttpRequest, "query">,
  service: string,
  region: string,
): Promise<HttpRequest> {
  return signer(service, region).sign({ ...request, query: {} });
}

/** Lambda sets it. @throws EnvironmentError when nobody has */
export function regionOfFunction(): string {
  return variable("AWS_REGION");
}

function signer(service: string, region: string): SignatureV4 {
  return new SignatureV4({
    service,
    region,
    sha256: Sha256,
    // Lambda puts the credentials of the function's role there, and new ones into each new container.
    credentials: {
      accessKeyId: variable("AWS_ACCESS_KEY_ID"),
      secretAccessKey: variable("AWS_SECRET_ACCESS_KEY"),
      ...(process.env.AWS_SESSION_TOKEN && { sessionToken: process.env.AWS_SESSION_TOKEN }),
    },
  });
}

function variable(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new EnvironmentError(`The environment lacks ${name}, which Lambda sets: run this callback in Lambda.`);
}

/** Node's SHA-256, in the form in which the signer wants it. */
class Sha256 implements Checksum {
  private readonly hash: Hash | ReturnType<typeof createHmac>;

  constructor(secret?: SourceData) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytes(secret));
  }

  update(data: SourceData): void {
    this.hash.update(bytes(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }

  reset(): void {
    throw new Error("A hash of Node cannot be used twice.");
  }
}

function bytes(data: SourceData): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
