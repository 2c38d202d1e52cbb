import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerBinary } from "../../../local/mysqlServer";
import { emptyDataOf, keepEmptyData } from "../../../local/mysqlServer/emptyData";

describe("the empty data that a server starts from", () => {
  let folder: string;
  let data: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "empty-data-test-"));
    data = join(folder, "data");
    mkdirSync(join(data, "mysql"), { recursive: true });
    for (const file of ["ibdata1", "auto.cnf", "mysql/user"]) writeFileSync(join(data, file), file);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is kept as a whole, except for the server's id", async () => {
    await keepEmptyData(join(folder, "cache/kept"), data);
    assert.deepEqual(readdirSync(join(folder, "cache")), ["kept"]);
    assert.deepEqual(readdirSync(join(folder, "cache/kept"), { recursive: true }).sort(), [
      "ibdata1",
      "mysql",
      "mysql/user",
    ]);
  });

  it("stays as the first process has kept it, and the next leaves nothing behind", async () => {
    const place = join(folder, "cache/kept");
    await keepEmptyData(place, data);
    writeFileSync(join(data, "of-the-next"), "");
    await keepEmptyData(place, data);
    assert.deepEqual(readdirSync(join(folder, "cache")), ["kept"]);
    assert.ok(!readdirSync(place).includes("of-the-next"));
  });

  it("is not kept where nothing can be written, which is no failure", async () => {
    writeFileSync(join(folder, "cache"), "a file");
    await keepEmptyData(join(folder, "cache/kept"), data);
    assert.deepEqual(readdirSync(folder).sort(), ["cache", "data"]);
  });

  it("is another for another server, version or script", async () => {
    const [path, other] = [join(data, "ibdata1"), join(data, "mysql/user")];
    const binary: ServerBinary = { path, flavour: "mariadb", version: "10.11.19" };
    const places = await Promise.all([
      emptyDataOf(binary, "script"),
      emptyDataOf({ ...binary, path: other }, "script"),
      emptyDataOf({ ...binary, version: "11.8.1" }, "script"),
      emptyDataOf(binary, "another script"),
    ]);
    assert.equal(new Set(places).size, 4);
    assert.equal(await emptyDataOf(binary, "script"), places[0]);
    writeFileSync(path, "a program that was updated");
    assert.notEqual(await emptyDataOf(binary, "script"), places[0]);
  });
});
