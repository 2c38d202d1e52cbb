import { type ConnectionOptions, createConnection } from "mysql2/promise";

interface Event extends ConnectionOptions {
  characterSet: string;
  text: string;
}

/** Writes a text and reads it again, on a connection that speaks another character set than the usual one. */
export async function roundTrip({ characterSet, text, ...options }: Event): Promise<unknown> {
  const connection = await createConnection({ ...options, charset: characterSet });
  try {
    const table = `character_set_${characterSet}`;
    await connection.query(`drop table if exists ${table}`);
    await connection.query(
      `create table ${table} (text varchar(100)) character set ${characterSet.split("_")[0] ?? ""}`,
    );
    await connection.query(`insert into ${table} values (?)`, [text]);
    const [rows] = await connection.query({ sql: `select text, hex(text) as hex from ${table}`, rowsAsArray: true });
    const found = await connection.query(`select 1 from ${table} where text = ?`, [text]);
    return [(rows as unknown[])[0], (found[0] as unknown[]).length];
  } finally {
    await connection.end();
  }
}

/** The name of an error, which mysql2 has in a table. */
export async function nameOfError(options: ConnectionOptions): Promise<unknown> {
  const connection = await createConnection(options);
  try {
    return await connection.query("select * from nowhere").catch((error: unknown) => (error as { code: string }).code);
  } finally {
    await connection.end();
  }
}
