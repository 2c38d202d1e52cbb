import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeptFolder, randomHex } from "../../../local/kept";

describe("the folder of --data", () => {
  let temporary: string;
  let path: string;
  const opened: KeptFolder[] = [];
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), "kept-test-"));
    path = join(temporary, "data");
  });
  afterEach(async () => {
    for (const folder of opened.splice(0)) await folder.close();
    rmSync(temporary, { recursive: true });
  });

  /** Each stand-in has a temporary folder of its own. */
  async function open(): Promise<KeptFolder> {
    const own = mkdtempSync(join(temporary, "run-"));
    const folder = await KeptFolder.open(path, own);
    opened.push(folder);
    return folder;
  }

  async function openAgain(folder: KeptFolder): Promise<KeptFolder> {
    await folder.close();
    opened.splice(opened.indexOf(folder), 1);
    return open();
  }

  it("returns the values of the last run", async () => {
    const first = await open();
    assert.equal(
      first.value("password", () => "made first"),
      "made first",
    );
    const second = await openAgain(first);
    assert.equal(
      second.value("password", () => "made second"),
      "made first",
    );
  });

  it("can be read by this user only, and Git leaves it out", async () => {
    const folder = await open();
    folder.set("password", "secret");
    assert.equal(statSync(path).mode & 0o777, 0o700);
    for (const file of readdirSync(path)) assert.equal(statSync(join(path, file)).mode & 0o777, 0o600, file);
    assert.equal(readFileSync(join(path, ".gitignore"), "utf8"), "*\n");
  });

  it("is refused while another stand-in uses it, and free again after that one has ended or crashed", async () => {
    const first = await open();
    await assert.rejects(open(), {
      message: `Another stand-in that is up uses the folder ${path}: take that one down, or give --data another folder.`,
    });
    await openAgain(first);
    // A crash leaves the file that names the socket, and nobody answers there.
    await opened.pop()?.close();
    writeFileSync(join(path, "in-use"), join(temporary, "nobody.sock"));
    await open();
  });

  it("is refused when it has other files in it", async () => {
    mkdirSync(path);
    writeFileSync(join(path, "thesis.txt"), "");
    await assert.rejects(open(), {
      message: `--data is ${path}, which cannot be used (it has other files in it): give a folder that is empty, or a new one.`,
    });
    assert.deepEqual(readdirSync(path), ["thesis.txt"]);
  });

  it("is refused when it is a file", async () => {
    writeFileSync(path, "");
    await assert.rejects(open(), /^Error: --data is .*data, which cannot be used \(EEXIST.*\): give a folder/);
  });

  it("is refused when its file is damaged", async () => {
    const folder = await open();
    folder.set("a", 1);
    writeFileSync(join(path, "kept.json"), "{");
    await assert.rejects(openAgain(folder), /kept\.json is not valid JSON: restore it, or delete the folder/);
    assert.ok(!existsSync(join(path, "in-use")));
  });

  it("is refused for a server of another family, once it has rows", async () => {
    const folder = await open();
    folder.useServer("MariaDB 10.11");
    // Without rows, another server is fine.
    folder.useServer("MySQL 9.7");
    await folder.database("orders");
    folder.useServer("MySQL 9.7");
    assert.throws(
      () => {
        folder.useServer("MariaDB 10.11");
      },
      new RegExp(
        `^Error: The data in ${path} is of MySQL 9\\.7, but the server on this machine is MariaDB 10\\.11: give --data`,
      ),
    );
  });

  it("gives a database its data again, and makes anew what no server has finished", async () => {
    const first = await open();
    const [filled, unfinished] = [await first.database("orders"), await first.database("reports")];
    assert.deepEqual([filled.isFilled, unfinished.isFilled], [false, false]);
    for (const { path: data } of [filled, unfinished]) writeFileSync(join(data, "rows"), "");
    filled.filled();
    const second = await openAgain(first);
    const [again, anew] = [await second.database("orders"), await second.database("reports")];
    assert.deepEqual([again.path, again.isFilled], [filled.path, true]);
    assert.deepEqual([readdirSync(again.path), readdirSync(anew.path)], [["rows"], []]);
  });

  it("keeps the new data when a database is replaced, and nothing of one that is deleted", async () => {
    const first = await open();
    const old = await first.database("orders");
    old.filled();
    const replacement = await first.database("orders");
    assert.notEqual(replacement.path, old.path);
    replacement.filled();
    await old.delete();
    const second = await openAgain(first);
    const kept = await second.database("orders");
    assert.equal(kept.path, replacement.path);
    await kept.delete();
    assert.deepEqual(
      readdirSync(path).filter((name) => name.startsWith("orders-")),
      [],
    );
  });

  it("deletes what a crash has left of a database that was being replaced", async () => {
    const first = await open();
    const old = await first.database("orders");
    (await first.database("orders")).filled();
    await openAgain(first);
    assert.ok(!existsSync(old.path));
  });

  it("gives a resource the same digits in each run, and others when it is made a second time in a run", async () => {
    const digits = (folder: KeptFolder) => folder.withSameIds("proxy", () => [randomHex(8), randomHex(8)]);
    const first = await open();
    const [made, madeAgain] = [digits(first), digits(first)];
    assert.notEqual(made[0], made[1]);
    assert.notDeepEqual(made, madeAgain);
    assert.deepEqual(digits(await openAgain(first)), made);
    assert.notEqual(randomHex(8), randomHex(8));
  });
});
