import type { IncomingMessage } from "node:http";
import type { Deadline } from "./deadline";
import { SecretError } from "./errors";
import { retrying, rules } from "./retries";
import { regionOfFunction, signRequest } from "./signature";

/**
 * Milliseconds to wait for Secrets Manager. Without a way to it (no interface endpoint, no NAT gateway) a request would hang
 * until Lambda's timeout.
 */
const requestTimeout = 3_000;

/** What Secrets Manager has answered. */
export interface Answer {
  status: number;
  /** The answer's body; an empty object where it is no JSON object. */
  body: Record<string, unknown>;
}

interface RawAnswer {
  status: number;
  text: string;
}

/**
 * Asks Secrets Manager for an operation with a secret, again while it does not answer.
 *
 * @param operation such as `GetSecretValue`
 * @throws SecretError when it does not answer
 */
export async function callSecretsManager(
  operation: string,
  secretArn: string,
  parameters: object,
  deadline: Deadline,
): Promise<Answer> {
  const { status, text } = await retrying(
    deadline,
    () => call(operation, secretArn, parameters, deadline),
    (error) => (error instanceof SecretError && error.code !== undefined ? rules.secretUnavailable : undefined),
  );
  return { status, body: objectIn(text) };
}

/** Name of the error in an answer, such as `ResourceNotFoundException`. */
export const errorIn = ({ body }: Answer): string => String(body.__type).split("#").at(-1) ?? "";

/** @throws SecretError with a `code`, when it is worth asking again */
async function call(operation: string, secretArn: string, parameters: object, deadline: Deadline): Promise<RawAnswer> {
  const [, partition = "aws", , arnRegion] = secretArn.split(":");
  // The secret's own region, which need not be the function's.
  const region = arnRegion === undefined || arnRegion === "" ? regionOfFunction() : arnRegion;
  const address = endpoint(partition, region);
  const body = JSON.stringify({ SecretId: secretArn, ...parameters });
  const { headers } = await signRequest(
    {
      method: "POST",
      protocol: address.protocol,
      hostname: address.hostname,
      path: "/",
      headers: {
        host: address.host,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `secretsmanager.${operation}`,
      },
      body,
    },
    "secretsmanager",
    region,
  );
  const milliseconds = Math.min(requestTimeout, deadline.leftFor("Secrets Manager"));
  try {
    const answer = await post(address, headers, body, milliseconds);
    const isBusy = answer.status >= 500 || answer.status === 429 || answer.text.includes("ThrottlingException");
    if (isBusy) throw Object.assign(new Error(`status ${answer.status}`), { code: "Busy" });
    return answer;
  } catch (cause) {
    const { message, code = "Failed" } = cause as NodeJS.ErrnoException;
    throw new SecretError(
      `Secrets Manager did not answer at ${address.host} (${code}: ${message}): without a NAT gateway the function needs an` +
        " interface endpoint for it, and security groups that let packets on port 443 through.",
      { cause, code },
    );
  }
}

/** Domains of the partitions that have one of their own. https://docs.aws.amazon.com/general/latest/gr/rande.html */
const domains: Record<string, string> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
  "aws-iso": "c2s.ic.gov",
  "aws-iso-b": "sc2s.sgov.gov",
};

/** The same variables as in AWS's SDKs name another address. */
function endpoint(partition: string, region: string): URL {
  const { AWS_ENDPOINT_URL_SECRETS_MANAGER: own, AWS_ENDPOINT_URL: all } = process.env;
  return new URL(own ?? all ?? `https://secretsmanager.${region}.${domains[partition] ?? "amazonaws.com"}`);
}

/** Node's own client, loaded only here: with IAM no function needs it. */
async function post(
  address: URL,
  headers: Record<string, string>,
  body: string,
  milliseconds: number,
): Promise<RawAnswer> {
  // `import` would look at all that the module exports, and so load what it has put off.
  const { request } = process.getBuiltinModule(address.protocol === "http:" ? "node:http" : "node:https");
  const signal = AbortSignal.timeout(milliseconds);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(address, { method: "POST", headers, signal }, resolve).on("error", reject).end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

/** The JSON object in a text; an empty one where there is none. */
export function objectIn(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
