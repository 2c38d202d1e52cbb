import type { DatabaseConnection } from "../database/connection";
import { Command, headerBytes, ServerError, Status } from "../protocol/constants";
import { errorPacket } from "../protocol/packets";
import type { ReplyTracker } from "../protocol/replyTracker";
import type { Classification } from "../sql/classification";
import { classify } from "../sql/classify";
import { PinReason } from "../sql/pinReasons";
import { type ClientCommand, maxExaminedBytes } from "./commandReader";
import { answerFromMemory, UNANSWERABLE } from "./questions";
import type { ClientSession } from "./session";

/** Character sets in which the second byte of a character can be a quote's escape: their text cannot be scanned bytewise. */
const ambiguousCharsets = new Set(["big5", "cp932", "gb18030", "gbk", "sjis"]);
const notAscii = /[^\0-\x7f]/;

const maxLoggedBytes = 1024;
const mayHoldPassword = /identified|password/i;

/** The text of a statement as it may stand in a log. */
function loggable(bytes: Buffer): string {
  if (mayHoldPassword.test(bytes.toString("latin1", headerBytes + 1))) {
    return "(not shown, for it may hold a password)";
  }
  return bytes.toString("utf8", headerBytes + 1, headerBytes + 1 + maxLoggedBytes);
}

/** Follows what a session's statements do to its state: what the text announces, and what the reply says happened. */
export class StatementFollower {
  private inTransaction = false;
  /**
   * SET TRANSACTION was for the next transaction, which has not begun. A single statement may be one, or, as SELECT 1, may
   * not; no reply tells, so that the connection stays until a transaction is seen.
   */
  private nextTransactionPending = false;
  private classification: Classification | undefined;
  private command = 0;
  private keepsWarnings = false;
  private loggedPin: string | undefined;

  constructor(private readonly session: ClientSession) {}

  get holdsConnection(): boolean {
    return this.inTransaction || this.nextTransactionPending;
  }

  /** Counts a command, looks at what it is, and pins the session if it must be. */
  examine({ code, bytes, missing }: ClientCommand): Classification | undefined {
    const { context, held } = this.session;
    if (code === Command.QUERY || code === Command.STMT_PREPARE || code === Command.STMT_EXECUTE) {
      context.metrics.query(context.secure);
    }
    const long = bytes.length > headerBytes + 1 + maxExaminedBytes || missing !== undefined;
    if (long) held.pin(PinReason.LONG_STATEMENT);
    else if (code === Command.STMT_PREPARE) held.pin(PinReason.PREPARED);
    if (code !== Command.QUERY || long) return undefined;
    const classification = this.classify(bytes);
    if (classification.pin) held.pin(classification.pin);
    return classification;
  }

  private classify(bytes: Buffer): Classification {
    const { state } = this.session.memory;
    const sql = bytes.toString("latin1", headerBytes + 1);
    const sqlMode = state?.get("sql_mode");
    const classification = classify(sql, {
      multiStatements: state?.multiStatements ?? true,
      excludeVariableSets: this.session.context.excludeVariableSets(),
      backslashEscapes: !sqlMode?.includes("NO_BACKSLASH_ESCAPES"),
      ansiQuotes: sqlMode?.includes("ANSI_QUOTES") ?? false,
    });
    if (ambiguousCharsets.has(state?.get("character_set_client") ?? "") && notAscii.test(sql)) {
      return { ...classification, pin: classification.pin ?? PinReason.UNKNOWN };
    }
    return classification;
  }

  /** What becomes of a command that asks about the last statement: itself, one that any connection can answer, or the reply. */
  rewriteQuestion(
    command: ClientCommand,
    classification: Classification | undefined,
    connection: DatabaseConnection,
  ): ClientCommand | Buffer {
    const { memory } = this.session;
    if (!classification?.question || memory.undisturbedConnection === connection) return command;
    if (!memory.lastConnection && !memory.savedWarnings && memory.lastReply.simple && memory.lastReply.warnings === 0) {
      return command;
    }
    const sql = command.bytes.toString("latin1", headerBytes + 1);
    const answer = answerFromMemory(sql, classification.question, memory.lastReply, memory.savedWarnings);
    if (!answer) return errorPacket(1, ServerError.UNKNOWN, UNANSWERABLE);
    if ("reply" in answer) return answer.reply;
    if ("query" in answer) return { ...command, bytes: answer.query };
    connection.query("DO 0").catch(() => undefined);
    return command;
  }

  sending(command: ClientCommand, classification: Classification | undefined, connection: DatabaseConnection): void {
    this.command = command.code;
    this.classification = classification;
    // MySQL's reply to SHOW WARNINGS says that there are none, which goes for itself only.
    this.keepsWarnings = classification?.question === "DIAGNOSTICS" && !classification.several;
    this.session.memory.savedWarnings = undefined;
    connection.lastSession = this.session.memory;
    if (classification?.storedCode) connection.hiddenState = true;
    if (this.session.context.debug) {
      this.session.context.log("debug", "statement", {
        clientConnection: this.session.id,
        dbConnection: connection.id,
        sql: command.code === Command.QUERY ? loggable(command.bytes) : undefined,
      });
    }
  }

  logPin(reason: string, connection: DatabaseConnection): void {
    if (this.loggedPin === reason) return;
    this.loggedPin = reason;
    this.session.context.log("warn", "client session pinned to its database connection until it ends", {
      clientConnection: this.session.id,
      dbConnection: connection.id,
      reason,
    });
  }

  /** Takes note of a reply. Returns the work that is to be done before the session may go on, if there is any. */
  received(reply: ReplyTracker, connection: DatabaseConnection): Promise<void> | undefined {
    const { memory } = this.session;
    const { classification } = this;
    const failed = reply.errorCode !== 0;
    memory.lastConnection = connection;
    memory.lastUse = connection.uses;
    const { affectedRows, rows } = reply;
    const warnings = this.keepsWarnings ? Math.max(memory.lastReply.warnings, reply.warnings) : reply.warnings;
    memory.lastReply = { affectedRows, rows, warnings, simple: reply.results === 1 && !failed };
    // An INSERT that fails at its second row leaves the first one's id.
    if (reply.sawInsertId || failed || classification?.insertId || classification === undefined) {
      connection.insertIdUnknown = true;
    }
    if (failed) return this.afterError(connection);
    if (this.command === Command.RESET_CONNECTION) return this.afterReset(connection);
    // These replies carry no status flags.
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
    const autocommitChanged = reply.status !== 0 && (reply.status & Status.AUTOCOMMIT) !== this.session.status;
    if (classification?.variables || classification?.schema || autocommitChanged) return this.readBack(connection);
    return undefined;
  }

  /** An ERR packet does not say whether a transaction is open; the reply to COM_PING does. */
  private async afterError(connection: DatabaseConnection): Promise<void> {
    this.setInTransaction(((await connection.askStatus()) & Status.IN_TRANS) !== 0);
    const { classification } = this;
    // Of several statements, the first may have been done.
    if (classification?.several && (classification.variables || classification.schema)) await this.readBack(connection);
  }

  private async afterReset(connection: DatabaseConnection): Promise<void> {
    this.setInTransaction(false);
    this.nextTransactionPending = false;
    await connection.reset();
    const { memory, context } = this.session;
    memory.forgetLastStatement();
    memory.state = context.initialState?.withSchema(connection.state.schema);
  }

  /** Reads the tracked settings as the server has them now; no guessing at what a SET statement's expression came to. */
  private async readBack(connection: DatabaseConnection): Promise<void> {
    const { memory } = this.session;
    if (memory.lastReply.warnings > 0) memory.savedWarnings = await connection.rawQuery("SHOW WARNINGS");
    const { classification } = this;
    const chosen = classification?.chosenSchema === true || this.command === Command.INIT_DB;
    const collation = classification?.schemaCollation ? "given" : chosen ? "own" : "as before";
    connection.state = memory.state = await connection.readState(collation);
    if (!connection.state.portable) {
      this.session.held.pin(PinReason.UNKNOWN);
      this.logPin(PinReason.UNKNOWN, connection);
    }
  }

  private setInTransaction(now: boolean): void {
    if (now !== this.inTransaction) {
      this.session.context.metrics.databaseConnectionsCurrentlyInTransaction += now ? 1 : -1;
    }
    this.inTransaction = now;
  }

  released(): void {
    this.setInTransaction(false);
    this.nextTransactionPending = false;
  }
}
