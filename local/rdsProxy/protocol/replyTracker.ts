import { Command, headerBytes, maxPayload, Status } from "./constants";
import { Cursor } from "./cursor";

/** What the next packet of a reply is. */
enum Expect {
  /** OK, ERR, or the number of columns. */
  First,
  /** Column definitions, up to an EOF packet. */
  Columns,
  /** Rows, up to an EOF or ERR packet. */
  Rows,
  /** The first packet of the reply to COM_STMT_PREPARE: OK or ERR. */
  Prepared,
  /** Definitions of a prepared statement's parameters and columns. */
  PreparedDefinitions,
  /** The reply's only packet. */
  Any,
}

/** What the proxy reads of OK, ERR and EOF packets is within this many bytes. */
const interestingBytes = 24;

/**
 * Finds the end of a database's reply while its bytes pass. It reads packet headers and first bytes only, and of OK,
 * ERR and EOF packets the server's status. It decodes no rows. It copies no bytes either, except the first few of a
 * packet that begins at the very end of a chunk.
 */
export class ReplyTracker {
  /** The status flags of the last OK or EOF packet. */
  status = 0;
  warnings = 0;
  /** The last statement's affected rows, or -1 for a result set, as ROW_COUNT() returns them. */
  affectedRows = -1n;
  /** How many rows the last result set has. */
  rows = 0;
  /** How many results the reply has. */
  results = 0;
  sawInsertId = false;
  insertId = 0n;
  errorCode = 0;
  /** The database asked the client for a file (LOAD DATA LOCAL). No connection of the proxy permits that. */
  askedForFile = false;

  private command = 0;
  private expect = Expect.First;
  /** The beginning of a packet that the last chunk has cut off. */
  private carry: Buffer | undefined;
  /** How many bytes of the current packet are still on their way and of no interest. */
  private skip = 0;
  /** Whether the packet that `skip` belongs to is the reply's last. */
  private doneAfterSkip = false;
  private continued = false;
  /** How many definitions, or blocks of them that end with an EOF packet, are still to come. */
  private definitions = 0;
  /** The current rows are the OUT parameters of a prepared CALL. An OK packet follows them. */
  private outParameters = false;

  /** @param deprecateEof whether the connection has CLIENT_DEPRECATE_EOF, which changes the form of result sets */
  constructor(private readonly deprecateEof = false) {}

  /** Whether the next packet defines a column or a parameter, unless it is an EOF or ERR packet. */
  get expectsDefinition(): boolean {
    return (
      this.expect === Expect.Columns ||
      this.expect === Expect.PreparedDefinitions ||
      (this.expect === Expect.Rows && this.command === Command.FIELD_LIST)
    );
  }

  begin(command: number): void {
    this.command = command;
    this.status = this.warnings = this.rows = this.results = this.errorCode = 0;
    this.affectedRows = -1n;
    this.insertId = 0n;
    this.sawInsertId = this.askedForFile = this.continued = this.doneAfterSkip = this.outParameters = false;
    this.skip = 0;
    this.carry = undefined;
    if (command === Command.STMT_PREPARE) this.expect = Expect.Prepared;
    else if (command === Command.FIELD_LIST || command === Command.STMT_FETCH) this.expect = Expect.Rows;
    else if (command === Command.STATISTICS) this.expect = Expect.Any;
    else this.expect = Expect.First;
  }

  /** Reads `chunk` from the offset `from` on. Returns the offset behind the reply's end, or -1 if more is to come. */
  push(chunk: Buffer, from: number): number {
    let bytes = chunk;
    let at = from;
    let shift = 0;
    if (this.carry !== undefined) {
      shift = this.carry.length - from;
      bytes = Buffer.concat([this.carry, from === 0 ? chunk : chunk.subarray(from)]);
      at = 0;
      this.carry = undefined;
    }
    if (this.skip > 0) {
      const skipped = Math.min(this.skip, bytes.length - at);
      this.skip -= skipped;
      at += skipped;
      if (this.skip === 0 && this.doneAfterSkip) return at - shift;
    }
    const end = bytes.length;
    while (at < end) {
      if (end - at < headerBytes) break;
      const length = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
      const available = end - at - headerBytes;
      if (available < length && available < interestingBytes) break;
      const continuation = this.continued;
      this.continued = length === maxPayload;
      const done = !continuation && this.packet(bytes, at + headerBytes, length);
      at += headerBytes + length;
      if (at > end) {
        this.skip = at - end;
        this.doneAfterSkip = done;
        return -1;
      }
      if (done) return at - shift;
    }
    if (at < end) this.carry = Buffer.from(bytes.subarray(at));
    return -1;
  }

  /** Reads one packet. Returns true if it is the reply's last. */
  private packet(bytes: Buffer, start: number, length: number): boolean {
    const first = length === 0 ? -1 : bytes[start];
    switch (this.expect) {
      case Expect.Rows:
        if (first === 0xfe && this.isEnd(length)) return this.endOfRows(bytes, start);
        if (first === 0xff) return this.error(bytes, start);
        this.rows++;
        return false;
      case Expect.Columns:
        if (first === 0xff) return this.error(bytes, start);
        if (this.deprecateEof) {
          if (--this.definitions === 0) this.expect = Expect.Rows;
          return false;
        }
        if (first === 0xfe && length < 9) {
          this.expect = Expect.Rows;
          this.status = bytes.readUInt16LE(start + 3);
          this.outParameters = (this.status & Status.PS_OUT_PARAMS) !== 0;
          // With a cursor, the server keeps the rows until COM_STMT_FETCH.
          return (this.status & Status.CURSOR_EXISTS) !== 0;
        }
        return false;
      case Expect.First:
        return this.first(bytes, start, length, first);
      case Expect.Prepared:
        return first === 0xff ? this.error(bytes, start) : this.prepared(bytes, start);
      case Expect.PreparedDefinitions:
        if (this.deprecateEof || (first === 0xfe && length < 9)) return --this.definitions === 0;
        return false;
      case Expect.Any:
        return true;
    }
  }

  private first(bytes: Buffer, start: number, length: number, first: number | undefined): boolean {
    this.results++;
    if (first === 0xff) return this.error(bytes, start);
    if (first === 0x00) {
      const cursor = new Cursor(bytes.subarray(start + 1, start + length));
      this.affectedRows = cursor.lengthEncodedInteger() ?? 0n;
      const insertId = cursor.lengthEncodedInteger() ?? 0n;
      if (insertId !== 0n) {
        this.sawInsertId = true;
        this.insertId = insertId;
      }
      this.status = cursor.uint(2);
      this.warnings = cursor.uint(2);
      return (this.status & Status.MORE_RESULTS_EXISTS) === 0;
    }
    if (first === 0xfe && this.isEnd(length)) return this.endOfRows(bytes, start);
    if (first === 0xfb) {
      this.askedForFile = true;
      return true;
    }
    this.affectedRows = -1n;
    this.rows = 0;
    this.expect = Expect.Columns;
    if (this.deprecateEof) this.definitions = first === 0xfc ? bytes.readUInt16LE(start + 1) : (first ?? 0);
    return false;
  }

  /** Whether a packet of this length that begins with 0xfe ends the rows. A row can begin so too, with 16 MB of text. */
  private isEnd(length: number): boolean {
    return length < (this.deprecateEof ? maxPayload : 9);
  }

  private endOfRows(bytes: Buffer, start: number): boolean {
    this.expect = Expect.First;
    if (this.deprecateEof) {
      const cursor = new Cursor(bytes, start + 1);
      cursor.lengthEncodedInteger();
      cursor.lengthEncodedInteger();
      this.status = cursor.uint(2);
      this.warnings = cursor.uint(2);
    } else {
      this.warnings = bytes.readUInt16LE(start + 1);
      this.status = bytes.readUInt16LE(start + 3);
    }
    // Without CLIENT_DEPRECATE_EOF, MySQL announces the OK packet behind the OUT parameters of a prepared CALL only in
    // front of their row. MariaDB announces it behind the row too.
    if (this.outParameters) {
      this.outParameters = false;
      return false;
    }
    return (this.status & Status.MORE_RESULTS_EXISTS) === 0;
  }

  private error(bytes: Buffer, start: number): boolean {
    this.errorCode = bytes.readUInt16LE(start + 1);
    this.affectedRows = -1n;
    this.warnings = 1;
    return true;
  }

  private prepared(bytes: Buffer, start: number): boolean {
    const columns = bytes.readUInt16LE(start + 5);
    const parameters = bytes.readUInt16LE(start + 7);
    this.warnings = bytes.readUInt16LE(start + 10);
    this.definitions = this.deprecateEof ? columns + parameters : Math.sign(columns) + Math.sign(parameters);
    this.expect = Expect.PreparedDefinitions;
    return this.definitions === 0;
  }
}
