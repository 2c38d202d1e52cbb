import type { Connection } from "mysql2/promise";

const hanako = 2;

export async function up(connection: Connection): Promise<void> {
  await connection.query("insert into sample (id, name) values (?, ?)", [hanako, "hanako"]);
}

export async function down(connection: Connection): Promise<void> {
  await connection.query("delete from sample where id = ?", [hanako]);
}
