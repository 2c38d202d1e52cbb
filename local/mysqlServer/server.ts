import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { KeptDatabase } from "../kept";
import { Reaper } from "../reaper";
import type { Flavour, ServerBinary } from "./binary";
import {
  administrator,
  type InitialContent,
  initialSql,
  literal,
  type PreparedServer,
  prepareServer,
  renewingSql,
} from "./dataFolder";
import { serverFlags } from "./flags";
import { LogTail } from "./logTail";

/** Settings of a server, most of which come from `aws.rds.Instance`. */
export interface MysqlServerOptions extends InitialContent {
  /** How many clients may be connected at the same time. */
  maxConnections: number;
  /** Path of the server program. @default the first of mysqld and mariadbd that is found */
  binary?: string | undefined;
  /** A data folder from `prepareServer`, for one server only. @default a new one */
  prepared?: PreparedServer | undefined;
  /** The port to listen on, if it is free. @default any free port */
  port?: number | undefined;
  /**
   * Certificate and key of the server, as PEM. Without them, the server offers TLS only if it makes its own
   * certificate.
   */
  tls?: { cert: string; key: string } | undefined;
  /** The reaper that cleans up after a crash. @default a new one, only for this server */
  reaper?: Reaper | undefined;
}

/** A private server, which only this machine can reach. Its data is in a temporary folder, unless it is kept. */
export interface MysqlServer {
  readonly host: string;
  readonly port: number;
  readonly socketPath: string;
  readonly flavour: Flavour;
  readonly version: string;
  /** Stops the server and deletes its data. */
  stop(): Promise<void>;
  /** Stops the server at the end of a run. Data that is kept stays. */
  close(): Promise<void>;
  /**
   * Shuts the server down in the regular way if it runs, and starts it again with the same data and port.
   *
   * @param changes what is different after the start
   */
  restart(changes?: Partial<Pick<MysqlServerOptions, "maxConnections" | "tls">>): Promise<void>;
  /** Shuts the server down in the regular way. Its data stays, and `restart` starts it again. */
  shutDown(): Promise<void>;
  /** Changes `max_connections` at once. Sessions go on. */
  setMaxConnections(maxConnections: number): Promise<void>;
  /** Changes the master user's password at once. Sessions go on. */
  setMasterPassword(password: string): Promise<void>;
  /** Ends the server as a crash does. `restart` starts it again. */
  kill(): Promise<void>;
}

/**
 * Creates and starts a server. It accepts connections when the promise resolves.
 *
 * @throws Error with the end of the server's log when the server does not start
 */
export async function startMysqlServer(options: MysqlServerOptions): Promise<MysqlServer> {
  const reaper = options.reaper ?? Reaper.start();
  try {
    const prepared = options.prepared ?? (await prepareServer(reaper, options.binary));
    const tlsFlags = await writeCertificate(prepared.folder, options.tls);
    await prepared.finished;
    const server = new LocalServer(prepared, tlsFlags, options, reaper);
    await server.startForTheFirstTime();
    return server;
  } catch (error) {
    if (options.reaper === undefined) await reaper.close();
    throw error;
  }
}

class LocalServer implements MysqlServer {
  readonly host = "127.0.0.1";
  port = 0;
  readonly socketPath: string;
  readonly flavour: Flavour;
  readonly version: string;
  private child: ChildProcess | undefined;
  private maxConnections: number;
  private readonly administratorPassword = randomBytes(21).toString("base64url");

  private readonly binary: ServerBinary;
  private readonly folder: string;
  private readonly kept: KeptDatabase | undefined;

  constructor(
    { binary, folder, kept }: PreparedServer,
    private tlsFlags: string[],
    private readonly options: MysqlServerOptions,
    private readonly reaper: Reaper,
  ) {
    this.binary = binary;
    this.folder = folder;
    this.kept = kept;
    this.maxConnections = options.maxConnections;
    this.flavour = binary.flavour;
    this.version = binary.version;
    this.socketPath = join(folder, "socket");
  }

  /** Starts on a free port. The server creates its master user and database before it accepts connections. */
  async startForTheFirstTime(): Promise<void> {
    const { binary, options, administratorPassword, kept } = this;
    const sql = kept?.isFilled
      ? renewingSql(options, administratorPassword)
      : initialSql(binary, options, administratorPassword);
    const file = join(this.folder, "initial.sql");
    await writeFile(file, sql, { mode: 0o600 });
    await this.startOnFreePort([`--init-file=${file}`], options.port);
    // The file contains a password.
    await rm(file);
    kept?.filled();
  }

  /** Tries again when another program has taken the port after `freePort` found it. */
  private async startOnFreePort(flags: string[], wanted?: number, attemptsLeft = 5): Promise<void> {
    this.port = wanted ?? (await freePort());
    try {
      await this.start(flags);
    } catch (error) {
      const portTaken = error instanceof Error && /bind on TCP\/IP port|already in use/i.test(error.message);
      if (!portTaken || attemptsLeft <= 1) throw error;
      await this.startOnFreePort(flags, undefined, attemptsLeft - 1);
    }
  }

  async restart({ maxConnections, tls }: Parameters<MysqlServer["restart"]>[0] = {}): Promise<void> {
    await this.shutDown();
    if (tls !== undefined) this.tlsFlags = await writeCertificate(this.folder, tls);
    this.maxConnections = maxConnections ?? this.maxConnections;
    await this.start();
  }

  async shutDown(): Promise<void> {
    await this.end("SIGTERM");
  }

  async setMaxConnections(maxConnections: number): Promise<void> {
    await this.administer(`SET GLOBAL max_connections = ${maxConnections}`);
    this.maxConnections = maxConnections;
  }

  async setMasterPassword(password: string): Promise<void> {
    await this.administer(`ALTER USER ${literal(this.options.masterUser)}@'%' IDENTIFIED BY ${literal(password)}`);
  }

  private async administer(statement: string): Promise<void> {
    const { socketPath, administratorPassword: password } = this;
    // Most runs change nothing, so they need not load a client.
    const { createConnection } = await import("mysql2/promise");
    const connection = await createConnection({ socketPath, user: administrator, password });
    try {
      await connection.query(statement);
    } finally {
      await connection.end();
    }
  }

  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  async stop(): Promise<void> {
    // A regular shutdown would save data that nobody needs.
    await this.end("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
    await this.kept?.delete();
    if (this.options.reaper === undefined) await this.reaper.close();
  }

  async close(): Promise<void> {
    if (this.kept === undefined) await this.stop();
    else await this.shutDown();
  }

  private async start(furtherFlags: string[] = []): Promise<void> {
    const flags = [
      ...serverFlags(this.binary, this.folder, this.kept?.path),
      ...this.tlsFlags,
      `--bind-address=${this.host}`,
      `--port=${this.port}`,
      `--socket=${this.socketPath}`,
      `--pid-file=${join(this.folder, "pid")}`,
      `--max-connections=${this.maxConnections}`,
      // The default depends on max_connections and is too small for many clients that connect at the same moment.
      "--back-log=1000",
      ...furtherFlags,
    ];
    const child = spawn(this.binary.path, flags, { detached: true, stdio: ["ignore", "ignore", "pipe"] });
    this.reaper.watch(child);
    await new Promise<void>((resolve, reject) => {
      let hasFailed = false;
      const log = new LogTail(child.stderr, (line) => {
        hasFailed ||= /ERROR: \d+/.test(line);
        if (!line.includes("ready for connections")) return;
        // After an error in its first statements the server runs on, but nobody can log in.
        if (hasFailed) child.kill("SIGKILL");
        else resolve();
      });
      child.once("error", reject);
      child.once("close", (code, signal) => {
        reject(log.error(`${this.binary.path} ended while it started (${signal ?? `exit code ${code ?? 0}`})`));
      });
    });
    this.child = child;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }
}

async function writeCertificate(folder: string, tls: MysqlServerOptions["tls"]): Promise<string[]> {
  if (tls === undefined) return [];
  const [cert, key] = [join(folder, "server-cert.pem"), join(folder, "server-key.pem")];
  await Promise.all([writeFile(cert, tls.cert), writeFile(key, tls.key, { mode: 0o600 })]);
  return [`--ssl-cert=${cert}`, `--ssl-key=${key}`];
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, "close");
  return port;
}
