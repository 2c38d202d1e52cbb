import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { type MysqlServer, startMysqlServer } from "../../../local/mysqlServer";
import { Reaper } from "../../../local/reaper";

/** A password with every character that needs quoting. */
const options = { masterUser: "admin", masterPassword: `a'b\\c"d;e#f%g`, maxConnections: 17, databaseName: "article" };

describe("the MySQL server", () => {
  let reaper: Reaper;
  let server: MysqlServer;

  before(async () => {
    reaper = Reaper.start();
    server = await startMysqlServer({ ...options, reaper });
  });
  after(() => reaper.close());

  async function query(sql: string, user = options.masterUser, password = options.masterPassword): Promise<unknown> {
    const { host, port } = server;
    const connection = await createConnection({ host, port, user, password, rowsAsArray: true });
    try {
      return (await connection.query(sql))[0];
    } finally {
      connection.destroy();
    }
  }

  it("has its master user, database, number of connections, character set and time zone", async () => {
    const sql = "select current_user(), @@max_connections, @@character_set_server, @@time_zone";
    assert.deepEqual(await query(sql), [["admin@%", 17, "utf8mb4", "+00:00"]]);
    assert.ok((await query("show databases like 'article'")) instanceof Array);
  });

  it("gives the master user the same privileges as RDS, and neither SUPER, FILE nor SHUTDOWN", async () => {
    const grants = JSON.stringify(await query("show grants"));
    assert.match(grants, /CREATE USER.* ON \*\.\* TO .*WITH GRANT OPTION/);
    assert.doesNotMatch(grants, /SUPER|FILE|SHUTDOWN|ALL PRIVILEGES/);
  });

  it("has no other account to log in to", async () => {
    await assert.rejects(query("select 1", "root", ""), { errno: 1045 });
    await assert.rejects(query("select 1", "", ""), { errno: 1045 });
    await assert.rejects(query("select 1", options.masterUser, "wrong"), { errno: 1045 });
    const accounts = await query("select User from mysql.user where User not like 'm%.%'");
    assert.deepEqual(accounts, [["admin"], ["rdsadmin"]]);
    // As on RDS, this account is the service's own. It can use the socket file only.
    await assert.rejects(query("select 1", "rdsadmin", ""), { errno: 1045 });
  });

  it("keeps its data and its port over a restart and over a crash", async () => {
    await query("create table article.kept (id int)");
    await server.restart();
    await query("insert into article.kept values (1)");
    await server.kill();
    await assert.rejects(query("select 1"), { code: "ECONNREFUSED" });
    await server.restart();
    assert.deepEqual(await query("show tables from article"), [["kept"]]);
  });

  it("leaves nothing behind when it stops", async () => {
    await server.stop();
    await assert.rejects(query("select 1"), { code: "ECONNREFUSED" });
    assert.deepEqual(readdirSync(reaper.folder), []);
  });

  it("fails with the server's own message when it cannot start", async () => {
    const wrong = startMysqlServer({ ...options, databaseName: "x".repeat(65), reaper });
    await assert.rejects(wrong, /ended while it started \(SIGKILL\)[^]*Incorrect database name 'x+'/);
  });

  it("fails with the name of a program that does not run, and leaves no files behind", async () => {
    const binary = join(reaper.folder, "no-such-server");
    await assert.rejects(startMysqlServer({ ...options, binary }), /database server .*no-such-server does not run/);
    assert.ok(existsSync(reaper.folder));
  });
});
