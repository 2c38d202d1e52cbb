import { quoted, text } from "./names";
import { bookkeeping, type Server } from "./server";

const table = `${quoted(bookkeeping)}.${quoted("users")}`;

/** What is known of a user that a program has made. Nothing else says whose a user is: a name alone proves nothing. */
export interface UserRecord {
  /** The program. */
  owner: string;
  /** Name of the managing function that has seen to the user last. */
  manager: string;
  /** Which password the program has set last. An outside rotation does not change it. */
  password: string;
  keep: boolean;
}

/** The records of all users of all programs, by the users' names. */
export async function readRecords(server: Server): Promise<Map<string, UserRecord>> {
  // A user's name has 32 characters in MySQL and 80 in MariaDB, or in later versions 128.
  const definition =
    "name varchar(128) not null primary key, owner varchar(512) not null, manager varchar(255) not null," +
    " password varchar(64) not null, keep tinyint not null";
  const rows = await server.records<[string, string, string, string, number]>(
    "users",
    "name, owner, manager, password, keep",
    definition,
  );
  return new Map(
    rows.map(([name, owner, manager, password, keep]) => [name, { owner, manager, password, keep: keep === 1 }]),
  );
}

export async function writeRecord(
  server: Server,
  name: string,
  { owner, manager, password, keep }: UserRecord,
): Promise<void> {
  const values = [name, owner, manager, password].map(text).join(", ");
  await server.run(`replace into ${table} (name, owner, manager, password, keep) values (${values}, ${keep ? 1 : 0})`);
}

/** Gives all users of an owner to another one. */
export async function giveTo(server: Server, owner: string, former: string): Promise<void> {
  await readRecords(server);
  await server.run(`update ${table} set owner = ${text(owner)} where owner = ${text(former)}`);
}

export async function deleteRecord(server: Server, name: string): Promise<void> {
  await server.run(`delete from ${table} where name = ${text(name)}`);
}
