import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Account } from "./account";
import { isInstalled } from "./installed";
import { clientCommand, writeClientOptions } from "./sql";

/** Keeps the account open for people, and serves the loopback API. Never resolves. */
export async function stayUp(account: Account): Promise<never> {
  await sayHowToReach(account);
  console.log("\nPress Ctrl-C to take everything down.");
  return new Promise<never>(() => undefined);
}

/** Prints how to connect to the account's proxies, and how to invoke its functions. */
export async function sayHowToReach(account: Account): Promise<void> {
  // A client that knows these files finds them again in the next run.
  const folder = account.kept?.path ?? account.reaper.folder;
  const authority = join(folder, "authority.pem");
  await writeFile(authority, account.authority.certificate, { mode: 0o600 });
  for (const [name, { proxy, credentials }] of account.rds.proxies) {
    const [{ username: user, password } = { username: "", password: "" }] = await credentials();
    // The proxy's certificate is also valid for this name, because people connect from outside the VPC.
    const options = { host: "localhost", port: proxy.port, user, password, authority };
    const file = await writeClientOptions(folder, name, options);
    console.log(`Connect to ${name} with a MySQL client:`);
    console.log(`  ${await clientCommand(file)}`);
  }
  const url = await account.loopbackApi.open();
  console.log("See what happens in a browser:");
  console.log(`  ${url}/`);
  console.log("Invoke a function:");
  for (const name of account.lambda.names) console.log(`  curl -d '{}' ${url}${account.loopbackApi.pathOf(name)}`);
  console.log("See the health of the proxies' targets, and the proxies' metrics:");
  console.log(`  curl ${url}/`);
  console.log("Ask the doctor what is wrong between a function and its database:");
  console.log(`  ${isInstalled ? "npx lambda-rds-proxy doctor" : "npm run doctor --"} --local`);
}
