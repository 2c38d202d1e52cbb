import { Database } from "../database";
import type { DatabaseEnvironment } from "../environment";
import { OutOfTimeError, UsageError } from "../errors";
import { quoted, text } from "./names";
import type { Dialect } from "./privileges";

/** Name of the lock that every managing function takes, and of the database (schema) with its records. */
export const bookkeeping = "lambda_rds_proxy";

/** One session of the managing user, for as long as an invocation needs it. It has the lock, so it is the only one. */
export class Server {
  private constructor(
    private readonly send: (sql: string) => Promise<unknown>,
    /** How this server writes names and privileges. */
    readonly dialect: Dialect,
    /** The plugin with which the managing user logs in, which is one that the proxy can use. */
    readonly ownPlugin: string,
  ) {}

  /**
   * Connects, waits for its turn, and gives the session to `work`.
   *
   * GET_LOCK pins the session to its connection, so what `work` sets in the session stays there.
   *
   * @param seconds how long to wait while another deployment has the lock
   * @throws DatabaseError
   */
  static async use<T>(
    environment: DatabaseEnvironment,
    seconds: number,
    work: (server: Server) => Promise<T>,
  ): Promise<T> {
    const database = new Database(environment, { database: null, timeLimit: seconds * 1_000 });
    try {
      const borrowed = await database.borrow("a borrowed connection");
      const send = async (sql: string): Promise<unknown> => (await borrowed.send({ sql, rowsAsArray: true }))[0];
      await lock(send, seconds);
      // With NO_BACKSLASH_ESCAPES or ANSI_QUOTES, quoted texts and names would have another meaning.
      await send("set session sql_mode = '', sql_quote_show_create = 1");
      return await work(await Server.over(send));
    } finally {
      // The lock ends with the session.
      database.close();
    }
  }

  private static async over(send: (sql: string) => Promise<unknown>): Promise<Server> {
    const [[version, lowerCase, plugin] = []] = (await send(
      "select version(), @@lower_case_table_names, (select plugin from mysql.user where concat(User, '@', Host) = current_user())",
    )) as [string, number, string | null][];
    const flavour = String(version).includes("MariaDB") ? "mariadb" : "mysql";
    return new Server(send, { flavour, lowerCase: lowerCase === 1 }, plugin ?? "");
  }

  /** Runs a statement whose names and texts are quoted. */
  async run(sql: string): Promise<void> {
    await this.send(sql);
  }

  /**
   * Rows of a table of records. The first time, the table is made.
   *
   * @param definition what comes after CREATE TABLE and the table's name
   */
  async records<T extends unknown[]>(table: string, columns: string, definition: string): Promise<T[]> {
    const name = `${quoted(bookkeeping)}.${quoted(table)}`;
    try {
      return await this.rows<T>(`select ${columns} from ${name}`);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    await this.run(`create database if not exists ${quoted(bookkeeping)}`);
    await this.run(`create table if not exists ${name} (${definition}) character set utf8mb4 collate utf8mb4_bin`);
    return [];
  }

  /** Rows as arrays. */
  async rows<T extends unknown[]>(sql: string): Promise<T[]> {
    return (await this.send(sql)) as T[];
  }
}

/** MySQL's errors about a database (schema) or a table that does not exist. */
function isMissing(error: unknown): boolean {
  return [1049, 1146].includes((error as { errno?: number }).errno ?? 0);
}

async function lock(send: (sql: string) => Promise<unknown>, seconds: number): Promise<void> {
  const [[isMine] = []] = (await send(`select get_lock(${text(bookkeeping)}, ${Math.floor(seconds)})`)) as (
    number | null
  )[][];
  if (isMine === 1) return;
  if (isMine === null) {
    throw new UsageError("The server was told to end the wait for the lock of another deployment: deploy again.");
  }
  throw new OutOfTimeError(
    `Another deployment has been changing this database for ${Math.floor(seconds)} seconds: wait for its end and deploy again.` +
      ` It may also be a statement of an earlier deployment that is still running; SHOW PROCESSLIST shows it.`,
  );
}
