import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientCommand, runSql, sqlArguments, writeClientOptions } from "../../../local/sql";
import { readClientOptions } from "../../../local/sql/clientOptions";

describe("what npm run local says to type to connect", () => {
  let folder: string;
  const { PATH } = process.env;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sql-test-"));
  });
  afterEach(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });

  it("is MariaDB's client, else the one called mysql, else a prompt of its own", async () => {
    process.env.PATH = folder;
    assert.equal(await clientCommand("a.cnf"), "npm run local -- sql a.cnf");
    writeFileSync(join(folder, "mysql"), "#!/bin/sh\necho mysql  Ver 9.7.0 for Linux\n", { mode: 0o755 });
    assert.equal(await clientCommand("a.cnf"), "mysql --defaults-extra-file=a.cnf --ssl-mode=VERIFY_IDENTITY");
    writeFileSync(join(folder, "mysql"), "#!/bin/sh\necho mysql  Ver 15.1 Distrib 10.3-MariaDB\n");
    assert.equal(await clientCommand("a.cnf"), "mysql --defaults-extra-file=a.cnf");
    symlinkSync(join(folder, "mysql"), join(folder, "mariadb"));
    assert.equal(await clientCommand("a.cnf"), "mariadb --defaults-extra-file=a.cnf");
  });

  it("names a file that only this user can read, and that the prompt reads back", async () => {
    const options = {
      host: "localhost",
      port: 13306,
      user: "admin",
      password: "a=b #c",
      authority: "/tmp/authority.pem",
    };
    const file = await writeClientOptions(folder, "proxy", options);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(await readClientOptions(file), options);
    assert.match(readFileSync(file, "utf8"), /^\[client-mariadb\]\nssl-verify-server-cert$/m);
  });

  it("is a command of its own", () => {
    assert.deepEqual(sqlArguments(["--stay", "sql", "a.cnf"]), ["a.cnf"]);
    assert.equal(sqlArguments(["--stay"]), undefined);
  });

  it("refuses no file, a file that is not there, and another one, in one sentence", async () => {
    const print = () => undefined;
    await assert.rejects(runSql([], print), /^Error: `sql` needs one argument, the file that says how to connect/);
    const file = join(folder, "other.cnf");
    await assert.rejects(
      runSql([file], print),
      /other\.cnf cannot be read: give the file that `npm run local` names\.$/,
    );
    writeFileSync(file, "[client]\nuser=me\n");
    await assert.rejects(runSql([file], print), /other\.cnf does not say how to connect: give the file/);
  });
});
