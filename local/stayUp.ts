import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Account } from "./account";
import type { Credential } from "./rdsProxy";

const invocationPath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * Keeps the account open for people: says how to reach what is in it, and serves Lambda's Invoke API on this machine.
 * Never resolves.
 */
export async function stayUp(account: Account): Promise<never> {
  const { folder } = account.reaper;
  await writeFile(join(folder, "authority.pem"), account.authority.certificate);
  for (const [name, { proxy, credentials }] of account.rds.proxies) {
    const file = await writeClientOptions(folder, name, proxy.port, await credentials());
    console.log(`Connect to ${name} with a MySQL client:`);
    console.log(`  mariadb --defaults-extra-file=${file}`);
  }
  const server = createServer((request, response) => void answer(account, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  console.log("Invoke a function:");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const name of account.lambda.names)
    console.log(`  curl -d '{}' ${endpoint}/2015-03-31/functions/${name}/invocations`);
  console.log("\nPress Ctrl-C to take everything down.");
  return new Promise<never>(() => undefined);
}

/** A file that only this user can read, so that the password appears neither on a screen nor in a list of processes. */
async function writeClientOptions(folder: string, name: string, port: number, [user]: Credential[]): Promise<string> {
  const file = join(folder, `${name}.cnf`);
  const lines = [
    "[client]",
    // The proxy's certificate is for this name too, since people do not connect from within the VPC.
    "host=localhost",
    "protocol=tcp",
    `port=${port}`,
    `user=${user?.username ?? ""}`,
    `password="${user?.password ?? ""}"`,
    `ssl-ca=${join(folder, "authority.pem")}`,
    "ssl-verify-server-cert",
    "",
  ];
  await writeFile(file, lines.join("\n"), { mode: 0o600 });
  return file;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
async function answer({ lambda }: Account, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = invocationPath.exec(request.url ?? "")?.[1];
  if (request.method !== "POST" || name === undefined || !lambda.names.includes(name)) {
    response.writeHead(404, { "content-type": "application/json" });
    response.end(`${JSON.stringify({ Message: `Function not found; there are: ${lambda.names.join(", ")}` })}\n`);
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const event = Buffer.concat(chunks).toString();
  const outcome = await lambda.invoke(name, event === "" ? "{}" : event);
  if ("result" in outcome) {
    response.end(`${outcome.result}\n`);
  } else {
    response.setHeader("x-amz-function-error", "Unhandled");
    response.end(`${JSON.stringify(outcome.error)}\n`);
  }
}
