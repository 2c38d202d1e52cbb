import { TLSSocket } from "node:tls";
import type { Credential } from "../options";
import { mysqlClearPassword } from "../protocol/authPlugins";
import { Command } from "../protocol/constants";
import { writeChangeUser } from "../protocol/handshake";
import { commandPacket } from "../protocol/packets";
import { decodeTextResult } from "../protocol/textResult";
import type { SessionMemory } from "../state/sessionMemory";
import type { SessionState } from "../state/sessionState";
import { ChangeUserReply } from "./changeUser";
import { CommandChannel } from "./commandChannel";
import type { ConnectionKind } from "./connectionKind";
import { JsonColumns } from "./jsonColumns";
import { type LoggedIn, loginCollation } from "./login";
import { askServer, resultsCollation, type ServerInfo } from "./serverInfo";

let lastId = 0x40000000;

export interface ConnectionOptions extends LoggedIn {
  credential: Credential;
  kind: ConnectionKind;
  targetId: string;
  /** What the proxy knows of the server. If it is undefined, the connection asks the server. */
  server: ServerInfo | undefined;
  initQuery: string;
}

/** A database connection that the pool lends. It knows which session used it last, and what state it is in. */
export class DatabaseConnection extends CommandChannel {
  readonly id = ++lastId;
  readonly openedAt = performance.now();
  readonly kind: ConnectionKind;
  readonly targetId: string;
  /** The settings that the connection has now. */
  state!: SessionState;
  /** The settings that the connection had right after log-in, or after the last reset. */
  baseline!: SessionState;
  server!: ServerInfo;
  lastSession: SessionMemory | undefined;
  insertId = "0";
  /** True when `insertId` may be out of date. */
  insertIdUnknown = false;
  /** True when a statement may have left warnings or an error for SHOW WARNINGS. */
  diagnosticsLeft = false;
  /** True when stored code ran. It may have made variables, temporary tables or locks that the proxy did not see. */
  hiddenState = false;
  idleSince = 0;

  private constructor(private readonly options: ConnectionOptions) {
    super(options.socket, options.kind.dialect);
    this.kind = options.kind;
    this.targetId = options.targetId;
    if (this.dialect.jsonColumns) {
      // A number that the proxy does not know is that of a new collation, and those belong to utf8mb4.
      const charsetOf = (id: number): string => options.server?.collations.get(id)?.charset ?? "utf8mb4";
      this.jsonColumns = new JsonColumns((id) => charsetOf(id).startsWith("utf8"));
    }
  }

  static async open(options: ConnectionOptions): Promise<DatabaseConnection> {
    const connection = new DatabaseConnection(options);
    try {
      const { server, greeting } = options;
      connection.server = server ?? (await askServer(greeting, (sql) => connection.query(sql)));
      await connection.initialise();
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  /** Runs the initialization query and reads the state that it leaves, after log-in and after every reset. */
  private async initialise(): Promise<void> {
    const { initQuery } = this.options;
    if (initQuery.trim() !== "") {
      await this.allowMultiStatements(true);
      await this.query(initQuery);
      await this.allowMultiStatements(false);
    }
    this.state = this.baseline = await this.askState(this.server.stateQuery.sql, false);
    // The query reads a table. That begins a transaction if the server or the initialization query has autocommit off.
    if (this.state.get("autocommit") === "0") await this.query("COMMIT");
    this.hiddenState = false;
    this.diagnosticsLeft = false;
    this.insertIdUnknown = false;
    this.insertId = "0";
  }

  /**
   * Empties what SHOW WARNINGS shows, and makes ROW_COUNT() 0. MariaDB empties it only for a statement that reads a table, be it a
   * derived one: after an error, it still shows the error when DO 0 has come next.
   */
  async clearDiagnostics(): Promise<void> {
    await this.query("DO (SELECT 1 FROM (SELECT 1) AS nothing)");
    this.diagnosticsLeft = false;
  }

  async setMultiStatements(allowed: boolean): Promise<void> {
    await this.allowMultiStatements(allowed);
    this.state = this.state.withMultiStatements(allowed);
  }

  private allowMultiStatements(allowed: boolean): Promise<void> {
    return this.command(Command.SET_OPTION, Buffer.of(allowed ? 0 : 1, 0));
  }

  /** Goes back to the state after log-in: rolls back, unlocks, and drops temporary tables. The default schema stays. */
  async reset(): Promise<void> {
    await this.command(Command.RESET_CONNECTION, Buffer.alloc(0));
    await this.allowMultiStatements(false);
    await this.initialise();
  }

  /** Does what `reset` does, and leaves no default schema either. */
  async changeUser(): Promise<void> {
    const { credential } = this.options;
    await new Promise<void>((resolve, reject) => {
      const encrypted = this.socket instanceof TLSSocket;
      const write = (bytes: Buffer): void => void this.socket.write(bytes);
      const reply = new ChangeUserReply(credential.password, encrypted, write, resolve, reject);
      // No account has this plugin, so the server sends a fresh nonce for the plugin that the account does have.
      const payload = writeChangeUser(credential.username, Buffer.alloc(0), loginCollation, mysqlClearPassword);
      this.interceptor = reply;
      this.uses++;
      this.socket.write(commandPacket(Command.CHANGE_USER, payload));
    })
      .catch((error: unknown) => {
        // The server closes the connection. This is how an old connection ends after a change of password.
        this.destroy();
        throw error;
      })
      .finally(() => (this.interceptor = undefined));
    // Servers keep this setting over a change of user.
    await this.allowMultiStatements(false);
    await this.initialise();
  }

  /**
   * Reads the settings as they are now. The collation of the schema is the schema's "own", was "given" by a statement,
   * or is "as before".
   */
  async readState(collation: "own" | "given" | "as before"): Promise<SessionState> {
    const before = this.state;
    const now = await this.askState(this.server.stateQuery.sqlWithoutTable, before.multiStatements);
    if (collation === "given") return now;
    const same = collation === "as before" && now.schema === before.schema;
    return now.withSchema(now.schema, same ? before.schemaCollation : null);
  }

  private async askState(sql: string, multiStatements: boolean): Promise<SessionState> {
    const reply = await this.rawQuery(sql);
    const rows = decodeTextResult(reply, this.dialect.deprecateEof);
    const state = this.server.stateQuery.state(rows, multiStatements);
    return state.withResultsCollation(resultsCollation(this.server, reply, state.get("character_set_results")));
  }

  /**
   * Makes the server give up the statement that it runs. `run` runs a statement on another connection. A KILL that comes
   * after the end of the statement hits the next one, so a COM_PING takes it.
   */
  interrupt(run: (sql: string) => Promise<void>): Promise<void> {
    const killed = run(`KILL QUERY ${this.options.greeting.threadId}`);
    const settled = killed
      .then(() => this.askStatus())
      .then(
        () => undefined,
        () => undefined,
      );
    this.interruption = settled;
    void settled.then(() => {
      if (this.interruption === settled) this.interruption = undefined;
    });
    return killed;
  }

  /** Asks for the server's status flags. COM_PING does not touch the warnings of the last statement. */
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
