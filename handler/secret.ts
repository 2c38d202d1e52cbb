import type { IncomingMessage } from "node:http";
import type { Deadline } from "./deadline";
import { SecretError } from "./errors";
import { retrying, rules } from "./retries";
import { regionOfFunction, signRequest } from "./signature";

/** What a secret holds. */
export interface Secret {
  password: string;
  /** When this value was stored, in milliseconds since 1970; undefined when Secrets Manager does not say. */
  changedAt: number | undefined;
}

/**
 * Milliseconds to wait for Secrets Manager. Without a way to it (no interface endpoint, no NAT gateway) a request would hang
 * until Lambda's timeout.
 */
const requestTimeout = 3_000;

/**
 * Reads the password from the secret. Each call costs money and tens of milliseconds, so a callback asks once per container,
 * and again only when a log-in is refused.
 *
 * @throws SecretError when the secret may not be read, or is not the JSON object with a `password` that RDS Proxy expects.
 */
export async function readSecret(secretArn: string, deadline: Deadline): Promise<Secret> {
  const { status, text } = await retrying(
    deadline,
    () => getSecretValue(secretArn, deadline),
    (error) => (error instanceof SecretError && error.code !== undefined ? rules.secretUnavailable : undefined),
  );
  const answer = parse(text);
  if (status !== 200) {
    const type = String(answer.__type).split("#").at(-1);
    const said = String(answer.message ?? answer.Message);
    throw new SecretError(
      `The secret ${secretArn} could not be read (${type}: ${said}): the function's role needs secretsmanager:GetSecretValue` +
        " for it, and kms:Decrypt for its key if that is not AWS's own.",
    );
  }
  const { password } = parse(String(answer.SecretString));
  if (typeof password === "string") {
    const { CreatedDate: seconds } = answer;
    return { password, changedAt: typeof seconds === "number" ? seconds * 1_000 : undefined };
  }
  // The message leaves out the text, which may be the secret itself.
  throw new SecretError(
    `The secret ${secretArn} is not a JSON object with a text "password": store {"username": "…", "password": "…"} in it, as RDS` +
      " Proxy expects.",
  );
}

interface Answer {
  status: number;
  text: string;
}

/** @throws SecretError with a `code`, when it is worth asking again */
async function getSecretValue(secretArn: string, deadline: Deadline): Promise<Answer> {
  const [, partition = "aws", , arnRegion] = secretArn.split(":");
  // The secret's own region, which need not be the function's.
  const region = arnRegion === undefined || arnRegion === "" ? regionOfFunction() : arnRegion;
  const address = endpoint(partition, region);
  const body = JSON.stringify({ SecretId: secretArn });
  const { headers } = await signRequest(
    {
      method: "POST",
      protocol: address.protocol,
      hostname: address.hostname,
      path: "/",
      headers: {
        host: address.host,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "secretsmanager.GetSecretValue",
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
): Promise<Answer> {
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

function parse(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
