import { escape, escapeId } from "mysql2";

/** A name, quoted: also one with dots, quotes or anything else in it. */
export const quoted = (name: string): string => escapeId(name, true);

/** A text, quoted. The connection's SQL mode has to have backslashes as escapes: see `Server`. */
export const text = (value: string): string => escape(value);

/** A user of any host, as RDS's own master user is. */
export const account = (user: string): string => `${text(user)}@'%'`;

/**
 * A database (schema) as the object of a GRANT, where `_` and `%` would stand for other characters.
 * https://dev.mysql.com/doc/refman/8.4/en/grant.html#grant-database-privileges
 */
export const databasePattern = (name: string): string => quoted(name.replace(/[\\_%]/g, "\\$&"));
