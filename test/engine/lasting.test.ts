import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { LocalStack } from "./support/localStack";
import { processesWith } from "./support/processes";
import { sampleProgram } from "./support/program";

const password = "a-password-of-this-test";

interface Kept {
  values: { authority: { certificate: string }; ports: Record<string, number> };
}

describe("on Pulumi's engine, a stand-in with --data", function () {
  this.timeout(180_000);
  let stack: LocalStack | undefined;
  let data = "";
  before(async () => {
    data = await mkdtemp(join(tmpdir(), "pulumi-test-data-"));
  });
  after(async () => {
    await stack?.close();
    await rm(data, { recursive: true });
  });

  const kept = () => (JSON.parse(readFileSync(join(data, "kept.json"), "utf8")) as Kept).values;
  const proxyPort = () => Object.entries(kept().ports).find(([name]) => name.includes(".proxy-"))?.[1];

  it("has the rows again after it was killed, at the same address and for the same password, until destroy", async function () {
    stack = await LocalStack.open(sampleProgram, { masterPassword: password }, undefined, { data });
    if (stack === undefined) return this.skip();
    await stack.up();
    const port = proxyPort();
    const client = async (): Promise<unknown> => {
      const ssl = { ca: kept().authority.certificate };
      const connection = await createConnection({
        host: "localhost",
        port,
        user: "admin",
        password,
        database: "test",
        ssl,
      });
      try {
        await connection.query("insert into sample values (3, 'jiro')");
        return (await connection.query("select * from sample where id = 3"))[0];
      } finally {
        await connection.end();
      }
    };
    assert.deepEqual(await client(), [{ id: 3, value: "jiro" }]);

    for (const pid of processesWith(`provider/main.ts ${stack.folder}`)) process.kill(pid, "SIGKILL");
    await stack.startAgain();
    await stack.refresh();
    const { outputs } = await stack.up();
    assert.deepEqual(outputs.rows?.value, [
      [1, "taro"],
      [2, "hanako"],
      [3, "jiro"],
    ]);
    assert.equal(proxyPort(), port);
    assert.deepEqual(await client(), [
      { id: 3, value: "jiro" },
      { id: 3, value: "jiro" },
    ]);
    assert.deepEqual(await stack.preview(), []);

    await stack.destroy();
    const folders = readdirSync(data).filter((name) => name.startsWith("sample-database-"));
    assert.deepEqual(folders, []);
    assert.ok(existsSync(join(data, "kept.json")));
  });
});
