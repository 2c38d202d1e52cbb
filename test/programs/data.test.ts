import assert from "node:assert/strict";
import { execFileSync, execSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Run } from "./support/run";

describe("npm run local with --data", function () {
  this.timeout(60_000);
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "data-test-"));
  });
  afterEach(() => {
    rmSync(data, { recursive: true });
  });

  /** Types what the run says to type, and a statement. */
  function query(run: Run, statement: string): string {
    const command = /^ {2}(.*--defaults-extra-file=\S+)$/m.exec(run.text)?.[1] ?? "";
    return execSync(`${command} --skip-column-names test`, { encoding: "utf8", input: statement });
  }

  /** Types it into the prompt that is there for machines without a client. */
  function prompt(run: Run, statements: string): string {
    const file = /--defaults-extra-file=(\S+)/.exec(run.text)?.[1] ?? "";
    const args = ["-r", "./scripts/typescript.cjs", "local/main.ts", "--stay", "sql", file];
    return execFileSync(process.execPath, args, { cwd: join(__dirname, "../.."), encoding: "utf8", input: statements });
  }

  it("has rows, address, password and authority again after it was killed, and runs no migration twice", async () => {
    const first = new Run("--stay", "--data", data);
    await first.printed(/Press Ctrl-C/);
    query(first, "insert into sample values (3, 'jiro')");
    const files = readdirSync(data).filter((file) => /\.(cnf|pem)$/.test(file));
    const before = files.map((file) => readFileSync(join(data, file), "utf8"));
    const url = /http:\S+\//.exec(first.text)?.[0];
    first.child.kill("SIGKILL");
    await first.exitCode();

    const second = new Run("--stay", "--data", data);
    await second.printed(/Press Ctrl-C/);
    assert.equal(query(second, "select * from sample order by id"), "1\ttaro\n2\thanako\n3\tjiro\n");
    assert.deepEqual(
      files.map((file) => readFileSync(join(data, file), "utf8")),
      before,
    );
    assert.ok(url !== undefined && second.text.includes(url), second.text);
    assert.match(second.text, /"migrated":\[\]/);
    assert.equal(
      prompt(
        second,
        "use test;\nselect *\n from sample where id > 1;\nupdate sample set id = 4 where id = 3;\nselect null as n",
      ),
      "0 rows affected\nid  value\n2   hanako\n3   jiro\n1 rows affected\nn\nNULL\n",
    );
    const third = new Run("--data", data);
    assert.equal(await third.exitCode(), 1, third.text);
    assert.match(
      third.text,
      /^error: Another stand-in that is up uses the folder .*: take that one down, or give --data/m,
    );
    second.child.kill("SIGINT");
    assert.equal(await second.exitCode(), 130, second.text);
    assert.match(second.text, /^Taking everything down but the data in /m);
    for (const file of readdirSync(data)) assert.equal(statSync(join(data, file)).mode & 0o077, 0, file);
    await Promise.all([first.leavesNothing(), second.leavesNothing(), third.leavesNothing()]);
  });

  it("is refused at once when another program has the port", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const run = new Run("--port", String(port));
    assert.equal(await run.exitCode(), 1, run.text);
    const sentence = `Another program uses port ${port}: end that program, or choose another port with --port.`;
    assert.equal(run.text.trim(), `error: ${sentence}`);
    other.close();
    await run.leavesNothing();
  });
});
