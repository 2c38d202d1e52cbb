import assert from "node:assert/strict";
import iconv from "iconv-lite";
import type { LambdaHandler } from "../../../components/function/packaging";
import type { MysqlServer } from "../../../local/mysqlServer";
import { masterPassword, masterUser, sharedServer } from "../../local/rdsProxy/support/harness";
import { filesOf, load, pack, removeFolders, unpack } from "./package";

type CharacterSets = typeof import("./handlers/characterSets");
type Certificates = typeof import("./handlers/certificates");

describe("a packaged callback that uses mysql2 itself", () => {
  let server: MysqlServer;
  let roundTrip: LambdaHandler;
  let nameOfError: LambdaHandler;
  const options = () => ({
    host: server.host,
    port: server.port,
    user: masterUser,
    password: masterPassword,
    database: "test",
  });

  before(async () => {
    server = await sharedServer();
    const [first, second] = await Promise.all([
      filesOf(
        pack(() => (require("./test/components/function/handlers/characterSets") as CharacterSets).roundTrip as never),
      ),
      filesOf(
        pack(
          () => (require("./test/components/function/handlers/characterSets") as CharacterSets).nameOfError as never,
        ),
      ),
    ]);
    roundTrip = load(first);
    nameOfError = load(second);
  });
  after(removeFolders);

  for (const [characterSet, text] of [
    ["utf8mb4", "é 表 😀"],
    ["latin1", "Größe"],
    ["sjis", "表示 ソート ｶﾅ"],
    ["cp932", "①髙"],
    ["ujis", "日本語"],
    ["gbk", "汉字"],
    ["big5", "漢字"],
    ["euckr", "한국어"],
    ["koi8r", "Привет"],
    ["cp850", "ÄÖÜ"],
  ] as const) {
    it(`reads what it wrote as ${characterSet}`, async () => {
      const charset =
        { sjis: "sjis_japanese_ci", utf8mb4: "utf8mb4_unicode_ci" }[characterSet as string] ?? `${characterSet}_bin`;
      const result = await roundTrip({ ...options(), characterSet: charset, text } as never, {} as never);
      const encoding = { utf8mb4: "utf8", ujis: "eucjp" }[characterSet as string] ?? characterSet;
      const hex = iconv.encode(text, encoding).toString("hex").toUpperCase();
      assert.deepEqual(result, [[text, hex], 1]);
    });
  }

  it("loads iconv-lite for a character set that Node cannot decode, and for no other one", async () => {
    const loaded = () => Object.keys(require.cache).filter((file) => file.endsWith("iconv-lite.js")).length;
    const fresh = load(
      await filesOf(
        pack(() => (require("./test/components/function/handlers/characterSets") as CharacterSets).roundTrip),
      ),
    );
    const before = loaded();
    for (const characterSet of ["utf8mb4_unicode_ci", "latin1_bin"]) {
      await fresh({ ...options(), characterSet, text: "é" } as never, {} as never);
    }
    assert.equal(loaded(), before);
    await fresh({ ...options(), characterSet: "sjis_japanese_ci", text: "表" } as never, {} as never);
    assert.equal(loaded(), before + 1);
  });

  it("finds the names of errors", async () => {
    assert.equal(await nameOfError(options() as never, {} as never), "ER_NO_SUCH_TABLE");
  });

  it("has mysql2's certificates when it asks for them, and no other one has", async () => {
    const asking = await filesOf(
      pack(() => (require("./test/components/function/handlers/certificates") as Certificates).connectDirectly),
    );
    assert.match(asking["index.js"] ?? "", /BEGIN CERTIFICATE/);
    assert.equal(await load(asking)({} as never, {} as never), "ECONNREFUSED");
    const other = await filesOf(
      pack(() => (require("./test/components/function/handlers/characterSets") as CharacterSets).nameOfError),
    );
    assert.doesNotMatch(other["index.js"] ?? "", /BEGIN CERTIFICATE/);
  });

  for (const encoding of ["sjis", "eucjp", "gb2312", "gbk", "gb18030", "euckr", "big5", "koi8r", "cp850"]) {
    it(`encodes and decodes every two bytes of ${encoding} as iconv-lite does`, async () => {
      const files = await filesOf(
        pack(() => (require("./test/components/function/handlers/characterSets") as CharacterSets).nameOfError),
      );
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const packed = require(`${unpack(files)}/iconv-lite.js`) as typeof iconv;
      for (let code = 0; code < 0x10000; code++) {
        const bytes = Buffer.from([code >> 8, code & 0xff]);
        const text = iconv.decode(bytes, encoding);
        if (
          packed.decode(bytes, encoding) === text &&
          packed.encode(text, encoding).equals(iconv.encode(text, encoding))
        ) {
          continue;
        }
        assert.fail(`${code.toString(16)} is ${text}, and not ${packed.decode(bytes, encoding)}`);
      }
    });
  }
});
