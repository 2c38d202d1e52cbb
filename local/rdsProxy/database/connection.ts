import { TLSSocket } from "node:tls";
import { CLEAR } from "../auth/scrambles";
import { Command } from "../protocol/constants";
import { writeChangeUser } from "../protocol/handshake";
import { commandPacket } from "../protocol/packets";
import type { SessionMemory } from "../state/sessionMemory";
import type { SessionState } from "../state/sessionState";
import type { Credential } from "../types";
import { ChangeUserReply } from "./changeUser";
import { CommandChannel } from "./commandChannel";
import { type LoggedIn, loginCollation } from "./login";
import { askServer, type ServerInfo } from "./serverInfo";

let lastId = 0x40000000;

export interface ConnectionOptions extends LoggedIn {
  credential: Credential;
  foundRows: boolean;
  targetId: string;
  /** What is known of the server; undefined to have it asked. */
  server: ServerInfo | undefined;
  initQuery: string;
}

/** A connection to the database that the pool lends: whose it is and was, and in what state. */
export class DatabaseConnection extends CommandChannel {
  readonly id = ++lastId;
  readonly openedAt = performance.now();
  readonly kind: string;
  readonly targetId: string;
  /** Settings of the connection now, and right after log-in or reset. */
  state!: SessionState;
  baseline!: SessionState;
  server!: ServerInfo;
  lastSession: SessionMemory | undefined;
  insertId = "0";
  /** `insertId` may be out of date. */
  insertIdUnknown = false;
  /** Stored code ran: there may be variables, temporary tables or locks that nobody saw being made. */
  hiddenState = false;
  idleSince = 0;

  private constructor(private readonly options: ConnectionOptions) {
    super(options.socket);
    this.kind = connectionKind(options.credential.username, options.foundRows);
    this.targetId = options.targetId;
  }

  static async open(options: ConnectionOptions): Promise<DatabaseConnection> {
    const connection = new DatabaseConnection(options);
    try {
      const { server, greeting } = options;
      connection.server = server ?? (await askServer(greeting.serverVersion, (sql) => connection.query(sql)));
      await connection.initialise();
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  /** Runs the initialization query and reads what it left, as each connection needs after log-in and after a reset. */
  private async initialise(): Promise<void> {
    const { initQuery } = this.options;
    if (initQuery.trim() !== "") {
      await this.command(Command.SET_OPTION, Buffer.of(0, 0));
      await this.query(initQuery);
      await this.command(Command.SET_OPTION, Buffer.of(1, 0));
    }
    this.state = this.baseline = this.server.stateQuery.state(await this.query(this.server.stateQuery.sql), false);
    // The query has read a table, which begins a transaction when the server, or the initialization query, says so.
    if (this.state.get("autocommit") === "0") await this.query("COMMIT");
    this.hiddenState = false;
    this.insertIdUnknown = false;
    this.insertId = "0";
  }

  async setMultiStatements(allowed: boolean): Promise<void> {
    await this.command(Command.SET_OPTION, Buffer.of(allowed ? 0 : 1, 0));
    this.state = this.state.withMultiStatements(allowed);
  }

  /** Back to the state after log-in; rolls back, unlocks, drops temporary tables. The default schema stays. */
  async reset(): Promise<void> {
    await this.command(Command.RESET_CONNECTION, Buffer.alloc(0));
    await this.command(Command.SET_OPTION, Buffer.of(1, 0));
    await this.initialise();
  }

  /** Like `reset`, and leaves no default schema. */
  async changeUser(): Promise<void> {
    const { credential } = this.options;
    await new Promise<void>((resolve, reject) => {
      const encrypted = this.socket instanceof TLSSocket;
      const write = (bytes: Buffer): void => void this.socket.write(bytes);
      const reply = new ChangeUserReply(credential.password, encrypted, write, resolve, reject);
      // Naming a plugin that no account has makes the server send a fresh nonce for the right one.
      const payload = writeChangeUser(credential.username, Buffer.alloc(0), loginCollation, CLEAR);
      this.interceptor = reply;
      this.uses++;
      this.socket.write(commandPacket(Command.CHANGE_USER, payload));
    })
      .catch((error: unknown) => {
        // The server closes the connection; after a change of password, this is how an old connection ends.
        this.destroy();
        throw error;
      })
      .finally(() => (this.interceptor = undefined));
    // Servers keep this setting over a change of user.
    await this.command(Command.SET_OPTION, Buffer.of(1, 0));
    await this.initialise();
  }

  /** The settings as they are now; with the collation that the schema has by itself, or with the one it was given. */
  async readState(collation: "own" | "given" | "as before"): Promise<SessionState> {
    const before = this.state;
    const rows = await this.query(this.server.stateQuery.sqlWithoutTable);
    const now = this.server.stateQuery.state(rows, before.multiStatements);
    if (collation === "given") return now;
    const same = collation === "as before" && now.schema === before.schema;
    return now.withSchema(now.schema, same ? before.schemaCollation : null);
  }

  /** The server's status flags. COM_PING leaves the warnings of the statement before as they are. */
  askStatus(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.uses--;
      this.execute(Command.PING, commandPacket(Command.PING), {
        data: () => true,
        end: ({ status }) => {
          resolve(status);
        },
        broken: reject,
      });
    });
  }
}

export const connectionKind = (user: string, foundRows: boolean): string => `${foundRows ? "f" : "-"}${user}`;
