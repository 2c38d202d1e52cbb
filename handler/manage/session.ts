import type { ResultSetHeader } from "mysql2";
import type { Connection } from "mysql2/promise";
import { Database } from "../database";
import type { DatabaseEnvironment } from "../environment";

type Borrowing = Awaited<ReturnType<Database["borrow"]>>;

/** SERVER_STATUS_IN_TRANS of MySQL's protocol. */
const inTransaction = 1;

/** What leaves something behind in the session: settings, the current database (schema), temporary tables, locks. */
const leavesTraces =
  /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*[^]*?\*\/)*(?:set|use|lock|prepare|create\s+temporary|start|begin|xa|flush)\b|\/\*[!M]/i;

/** Whether a statement matters to those after it in the same session only, so that it has to be run again in another one. */
export const isOfSession = (sql: string): boolean =>
  /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*[^!M][^]*?\*\/)*(?:set|use)\b/i.test(sql);

/** The session in which migrations run, apart from that of the records: a migration may lock tables or open a transaction. */
export class MigrationSession {
  private readonly database: Database;
  private borrowing: Borrowing | undefined;
  private status = 0;
  private hasTraces = false;

  constructor(environment: DatabaseEnvironment, milliseconds: number) {
    this.database = new Database(environment, { timeLimit: milliseconds });
  }

  async run(sql: string): Promise<void> {
    this.borrowing ??= await this.database.borrow("a borrowed connection");
    this.hasTraces ||= leavesTraces.test(sql);
    const [result] = await this.borrowing.send({ sql, rowsAsArray: true });
    // A procedure has several results, and the last one says how the session is.
    const header = (Array.isArray(result) ? result.at(-1) : result) as Partial<ResultSetHeader> | undefined;
    if (typeof header?.serverStatus === "number") this.status = header.serverStatus;
  }

  /** Lends mysql2's own connection. Nothing is known of what is done with it, so the session ends with the file. */
  async lend(work: (connection: Connection) => unknown): Promise<void> {
    this.borrowing?.release();
    this.borrowing = undefined;
    this.hasTraces = true;
    await this.database.withConnection(async (connection) => {
      await work(connection);
    });
    // Its answer says whether a transaction is open.
    await this.run("do 0");
  }

  get isInTransaction(): boolean {
    return (this.status & inTransaction) !== 0;
  }

  /** The next file begins in a session in which nothing is left of this one. */
  endFile(): void {
    if (this.hasTraces) this.close();
  }

  /** Ends the session. An open transaction is rolled back. */
  close(): void {
    this.borrowing?.release();
    this.borrowing = undefined;
    this.database.close();
    this.status = 0;
    this.hasTraces = false;
  }
}
