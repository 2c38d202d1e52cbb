import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How a client of MySQL reaches a proxy. */
export interface ClientOptions {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Path of the certificate authority that the client has to trust. */
  authority: string;
}

/**
 * Writes an options file that only this user can read, and that clients of MariaDB and MySQL take. So the password is not on the screen
 * or in the list of processes.
 *
 * @returns the file's path
 */
export async function writeClientOptions(folder: string, name: string, options: ClientOptions): Promise<string> {
  const file = join(folder, `${name}.cnf`);
  const lines = [
    "[client]",
    `host=${options.host}`,
    "protocol=tcp",
    `port=${options.port}`,
    `user=${options.user}`,
    `password="${options.password}"`,
    `ssl-ca=${options.authority}`,
    // MySQL's own client does not know this, and takes --ssl-mode instead.
    "[client-mariadb]",
    "ssl-verify-server-cert",
    "",
  ];
  await writeFile(file, lines.join("\n"), { mode: 0o600 });
  return file;
}

/** @throws Error when there is no such file, or it is another one */
export async function readClientOptions(file: string): Promise<ClientOptions> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Error(`${file} cannot be read: give the file that \`npm run local\` names.`, { cause });
  });
  const values = new Map([...text.matchAll(/^([\w-]+)="?(.*?)"?$/gm)].map(([, key = "", value = ""]) => [key, value]));
  const [host, user, password, authority] = ["host", "user", "password", "ssl-ca"].map((key) => values.get(key));
  const port = Number(values.get("port"));
  if (host === undefined || user === undefined || password === undefined || authority === undefined || !port) {
    throw new Error(`${file} does not say how to connect: give the file that \`npm run local\` names.`);
  }
  return { host, port, user, password, authority };
}
