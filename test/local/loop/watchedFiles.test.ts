import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { WatchedFiles } from "../../../local/loop/watchedFiles";

describe("the files that npm run local watches", () => {
  let folder: string;
  let watched: WatchedFiles;
  let received: string[][];
  let wake: () => void;

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "watch-test-")));
    for (const name of ["migrations", "node_modules", ".hidden", "data"]) mkdirSync(join(folder, name));
    for (const name of ["index.js", "report.js", "README.md", "migrations/1.sql", "Pulumi.yaml"]) save(name);
    received = [];
    wake = () => undefined;
    watched = await WatchedFiles.start({ folder, stack: "dev", data: join(folder, "data") }, (files) => {
      received.push(files.map((file) => basename(file)).sort());
      wake();
    });
    use();
  });
  afterEach(async () => {
    await watched.close();
    rmSync(folder, { recursive: true });
  });

  function use({ hasFailed = false, isComplete = true } = {}): void {
    const own = ["index.js", "report.js"].map((name) => join(folder, name));
    watched.use({ own, packages: [], isComplete }, [join(folder, "migrations/1.sql")], hasFailed);
  }

  function save(name: string): void {
    writeFileSync(join(folder, name), String(Math.random()));
  }

  /** The files of the next change. */
  async function next(): Promise<string[]> {
    while (received.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return received.shift() ?? [];
  }

  it("are those that the program loads, and its configuration", async () => {
    for (const name of ["index.js", "report.js", "Pulumi.yaml", "Pulumi.dev.yaml"]) {
      save(name);
      assert.deepEqual(await next(), [name]);
    }
  });

  it("count as one change when they are saved together", async () => {
    for (const name of ["index.js", "report.js"]) save(name);
    assert.deepEqual(await next(), ["index.js", "report.js"]);
  });

  it("count when an editor writes another file and renames it", async () => {
    save("report.js~");
    renameSync(join(folder, "report.js~"), join(folder, "report.js"));
    assert.deepEqual(await next(), ["report.js"]);
  });

  it("count when they go and when they come back", async () => {
    rmSync(join(folder, "report.js"));
    assert.deepEqual(await next(), ["report.js"]);
    save("report.js");
    assert.deepEqual(await next(), ["report.js"]);
  });

  it("are also new ones beside a file that is part of a resource", async () => {
    save("migrations/2.sql");
    assert.deepEqual(await next(), ["2.sql"]);
  });

  it("are no others: no text, no package, no hidden file, and no rows of --data", async () => {
    for (const name of ["README.md", "node_modules/a.js", ".hidden/b.js", "data/ibdata1", "Pulumi.prod.yaml"]) {
      save(name);
    }
    save("index.js");
    assert.deepEqual(await next(), ["index.js"]);
    assert.deepEqual(received, []);
  });

  for (const [when, state] of [
    ["after a failure, because any may be the one that was missing", { hasFailed: true }],
    ["of a program of ES modules, because Node does not say which it has loaded", { isComplete: false }],
  ] as const) {
    it(`are all ${when}`, async () => {
      use(state);
      save("new.js");
      assert.deepEqual(await next(), ["new.js"]);
    });
  }
});
