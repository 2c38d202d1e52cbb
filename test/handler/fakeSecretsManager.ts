import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { masterPassword, masterUser } from "../local/rdsProxy/support/harness";

/** Answers GetSecretValue with the current value of `text`, and counts the requests. */
export const secrets = { text: "", requests: 0 };

const server = createServer((_request, response) => {
  secrets.requests++;
  response.setHeader("content-type", "application/x-amz-json-1.1");
  // Without a connection that stays open, nothing keeps the process from ending.
  response.setHeader("connection", "close");
  response.end(JSON.stringify({ ARN: "arn", Name: "sample", SecretString: secrets.text }));
}).unref();

/**
 * The server's address. One server is enough for all files that mocha runs in a process, and more would not work: the AWS
 * SDK keeps the first address that it finds in the environment.
 */
export async function secretsEndpoint(): Promise<string> {
  if (!server.listening) await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Puts the right password into the secret, and starts to count the requests from zero again. */
export function resetSecrets(): void {
  Object.assign(secrets, { text: JSON.stringify({ username: masterUser, password: masterPassword }), requests: 0 });
}
