import type { DatabaseConnection } from "../database/connection";
import { Command, headerBytes, ServerError, Status } from "../protocol/constants";
import { TruncatedPacket } from "../protocol/cursor";
import { errorPacket, queryPacket } from "../protocol/packets";
import type { ReplyTracker } from "../protocol/replyTracker";
import { type Classification, noEffect } from "../sql/classification";
import { classify } from "../sql/classify";
import { PinReason } from "../sql/pinReasons";
import type { SessionMemory } from "../state/sessionMemory";
import { type ClientCommand, maxExaminedBytes } from "./commandReader";
import type { SessionContext } from "./context";
import type { HeldConnection } from "./heldConnection";
import { textStart } from "./queryText";
import { answerFromMemory, isPlainFunction, unanswerable } from "./questions";
import { loggableText } from "./statementLog";

/** In these character sets a backslash may be the second byte of a character, so bytes do not show where quotes end. */
const ambiguousCharsets = new Set(["big5", "cp932", "gb18030", "gbk", "sjis"]);
const notAscii = /[^\0-\x7f]/;

/** Follows what a session's statements do to its state: what their text announces, and what the reply says happened. */
export class StatementFollower {
  private inTransaction = false;
  /**
   * SET TRANSACTION was for the next transaction, and that has not begun yet. A single statement may or may not be one,
   * and its reply does not say. The session therefore keeps its connection until it sees a transaction.
   */
  private nextTransactionPending = false;
  private classification: Classification | undefined;
  private command = 0;
  private keepsWarnings = false;
  private loggedPin: string | undefined;

  constructor(
    private readonly sessionId: number,
    private readonly context: SessionContext,
    private readonly memory: SessionMemory,
    private readonly held: HeldConnection,
  ) {}

  /** Whether the session must keep its connection for a transaction. */
  get holdsConnection(): boolean {
    return this.inTransaction || this.nextTransactionPending;
  }

  /** Counts a command, classifies it if it is a query, and pins the session if necessary. */
  examine({ code, bytes, missing }: ClientCommand): Classification | undefined {
    if (code === Command.QUERY || code === Command.STMT_PREPARE || code === Command.STMT_EXECUTE) {
      this.context.metrics.query(this.context.secure);
    }
    const long = bytes.length > headerBytes + 1 + maxExaminedBytes || missing !== undefined;
    if (long) this.pin(PinReason.LONG_STATEMENT, bytes);
    else if (code === Command.STMT_PREPARE) this.pin(PinReason.PREPARED, bytes);
    if (code !== Command.QUERY || long) return undefined;
    const classification = this.classify(bytes);
    if (classification.pin !== undefined) this.pin(classification.pin, bytes);
    return classification;
  }

  private pin(reason: string, command: Buffer): void {
    const hasText = command[headerBytes] === Command.QUERY || command[headerBytes] === Command.STMT_PREPARE;
    this.held.pinFor(reason, () => (hasText ? loggableText(command, this.context.kind.dialect) : undefined));
  }

  private classify(bytes: Buffer): Classification {
    const { state } = this.memory;
    let sql: string;
    try {
      sql = this.text(bytes);
    } catch (error) {
      if (error instanceof TruncatedPacket) return { ...noEffect(), pin: PinReason.UNKNOWN };
      throw error;
    }
    const sqlMode = state?.get("sql_mode");
    const classification = classify(sql, {
      multiStatements: state?.multiStatements ?? true,
      excludeVariableSets: this.context.excludeVariableSets(),
      backslashEscapes: !sqlMode?.includes("NO_BACKSLASH_ESCAPES"),
      ansiQuotes: sqlMode?.includes("ANSI_QUOTES") ?? false,
    });
    if (ambiguousCharsets.has(state?.get("character_set_client") ?? "") && notAscii.test(sql)) {
      return { ...classification, pin: classification.pin ?? PinReason.UNKNOWN };
    }
    return classification;
  }

  /** A query's text, one character for each byte. */
  private text(bytes: Buffer): string {
    return bytes.toString("latin1", textStart(bytes, this.context.kind.dialect));
  }

  /**
   * Decides what to send for a command that asks about the last statement: the command itself, or one that any
   * connection can answer. The result is a buffer if the proxy replies itself.
   */
  rewriteQuestion(
    command: ClientCommand,
    classification: Classification | undefined,
    connection: DatabaseConnection,
  ): ClientCommand | Buffer {
    const { memory } = this;
    if (classification?.question === undefined) return command;
    const { lastReply, savedWarnings } = memory;
    // COM_PING changes ROW_COUNT(): one of the client's that the proxy has answered, or the proxy's own after an error.
    const pinged =
      (lastReply.failed || memory.pinged) &&
      classification.question === "ROW_COUNT" &&
      isPlainFunction(this.text(command.bytes));
    if (memory.undisturbedConnection === connection && !pinged) return command;
    const nothingToLose = lastReply.simple && lastReply.warnings === 0;
    if (memory.lastConnection === undefined && savedWarnings === undefined && nothingToLose) {
      // At the beginning of a session it is 0. On this connection, a query of the proxy's own or of another session's has
      // run before.
      if (classification.question === "ROW_COUNT") connection.query("DO 0").catch(() => undefined);
      return command;
    }
    const sql = this.text(command.bytes);
    const last = memory.pinged && pinged ? { ...lastReply, affectedRows: 0n, simple: true } : lastReply;
    const answer = answerFromMemory(sql, classification.question, last, savedWarnings);
    if (answer === undefined) return errorPacket(1, ServerError.UNKNOWN, unanswerable);
    if ("reply" in answer) return answer.reply;
    if ("query" in answer) {
      return { ...command, bytes: queryPacket(answer.query, connection.dialect.queryAttributes) };
    }
    connection.clearDiagnostics().catch(() => undefined);
    return command;
  }

  /** Takes note of a command that is about to be sent. */
  sending(command: ClientCommand, classification: Classification | undefined, connection: DatabaseConnection): void {
    this.command = command.code;
    this.classification = classification;
    // MySQL's reply to SHOW WARNINGS says that there are no warnings, but that is true for SHOW WARNINGS only.
    this.keepsWarnings = classification?.question === "DIAGNOSTICS" && !classification.several;
    this.memory.savedWarnings = undefined;
    connection.lastSession = this.memory;
    if (classification?.storedCode) connection.hiddenState = true;
    if (this.context.debug) {
      this.context.log("debug", "statement", {
        clientConnection: this.sessionId,
        dbConnection: connection.id,
        sql: command.code === Command.QUERY ? loggableText(command.bytes, this.context.kind.dialect) : undefined,
      });
    }
    if (this.held.pin !== undefined) this.logPin(this.held.pin.reason, connection);
  }

  private logPin(reason: string, connection: DatabaseConnection): void {
    if (this.loggedPin === reason) return;
    this.loggedPin = reason;
    this.context.log("warn", "client session pinned to its database connection until it ends", {
      clientConnection: this.sessionId,
      dbConnection: connection.id,
      reason,
    });
  }

  /** Takes note of a reply. Returns the work that the proxy has to do before the next command, if there is any. */
  received(reply: ReplyTracker, connection: DatabaseConnection): Promise<void> | undefined {
    const { memory, classification } = this;
    const failed = reply.errorCode !== 0;
    memory.pinged = false;
    memory.lastConnection = connection;
    memory.lastUse = connection.uses;
    const { affectedRows, rows } = reply;
    const warnings = this.keepsWarnings ? Math.max(memory.lastReply.warnings, reply.warnings) : reply.warnings;
    // Of several statements, the reply tells of the last. Of a CALL with several results, it does not tell what ROW_COUNT() gives.
    const tellsOfLast = reply.results === 1 || (classification?.several === true && !classification.storedCode);
    memory.lastReply = { affectedRows, rows, warnings, simple: tellsOfLast && !failed, failed };
    if (failed || reply.warnings > 0 || classification === undefined || classification.several) {
      connection.diagnosticsLeft = true;
    }
    // If an INSERT fails at its second row, it leaves the id of the first.
    if (reply.sawInsertId || failed || classification === undefined || classification.insertId) {
      connection.insertIdUnknown = true;
    }
    if (failed) return this.afterError(connection);
    if (this.command === Command.RESET_CONNECTION) return this.afterReset(connection);
    // The replies to these three carry no status flags.
    if (
      this.command !== Command.STMT_PREPARE &&
      this.command !== Command.STATISTICS &&
      this.command !== Command.FIELD_LIST
    ) {
      this.setInTransaction((reply.status & Status.IN_TRANS) !== 0);
    }
    if (classification?.nextTransactionOnly) this.nextTransactionPending = !this.inTransaction;
    else if (this.inTransaction || classification?.endsTransaction) this.nextTransactionPending = false;
    if (this.command === Command.INIT_DB) return this.readBack(connection);
    const autocommitChanged = reply.status !== 0 && (reply.status & Status.AUTOCOMMIT) !== memory.statusFlags;
    if (classification?.variables || classification?.schema || autocommitChanged) return this.readBack(connection);
    return undefined;
  }

  /** An ERR packet does not say whether a transaction is open. The reply to COM_PING does. */
  private async afterError(connection: DatabaseConnection): Promise<void> {
    this.setInTransaction(((await connection.askStatus()) & Status.IN_TRANS) !== 0);
    const { classification } = this;
    // Of several statements, those before the error were executed.
    if (classification?.several && (classification.variables || classification.schema)) await this.readBack(connection);
  }

  private async afterReset(connection: DatabaseConnection): Promise<void> {
    this.released();
    await connection.reset();
    this.memory.forgetLastStatement();
    this.memory.state = this.context.resetState?.withSchema(connection.state.schema);
  }

  /** Reads the settings from the server, since only the server knows the value of an expression in a SET statement. */
  private async readBack(connection: DatabaseConnection): Promise<void> {
    const { memory, classification } = this;
    if (memory.lastReply.warnings > 0) memory.savedWarnings = await connection.rawQuery("SHOW WARNINGS");
    const chosen = classification?.chosenSchema === true || this.command === Command.INIT_DB;
    const collation = classification?.schemaCollation ? "given" : chosen ? "own" : "as before";
    connection.state = memory.state = await connection.readState(collation);
    if (!connection.state.portable) {
      this.held.pinFor(PinReason.UNKNOWN, () => undefined);
      this.logPin(PinReason.UNKNOWN, connection);
    }
  }

  private setInTransaction(now: boolean): void {
    if (now !== this.inTransaction) {
      this.context.metrics.databaseConnectionsCurrentlyInTransaction += now ? 1 : -1;
    }
    this.inTransaction = now;
  }

  /** The session no longer holds a connection, and therefore no transaction. */
  released(): void {
    this.setInTransaction(false);
    this.nextTransactionPending = false;
  }
}
