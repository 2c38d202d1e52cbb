import assert from "node:assert/strict";
import fc from "fast-check";
import { classify, type ClassifyOptions } from "../../../local/rdsProxy/sql/classify";
import { PinReason } from "../../../local/rdsProxy/sql/pinReasons";

const defaults: ClassifyOptions = {
  multiStatements: true,
  excludeVariableSets: false,
  backslashEscapes: true,
  ansiQuotes: false,
};
function of(sql: string, options: Partial<ClassifyOptions> = {}) {
  return classify(sql, { ...defaults, ...options });
}

describe("the SQL classifier", () => {
  const pinned: [string, string][] = [
    ["select 1; set @a = 1", PinReason.USER_VARIABLE],
    ["select 'a\\'; select 1' ; set @a = 1 -- '", PinReason.USER_VARIABLE],
    ["select 'a''b' into @a", PinReason.USER_VARIABLE],
    ["set @`odd name` := 3", PinReason.USER_VARIABLE],
    ["set sql_mode = @a := ''", PinReason.USER_VARIABLE],
    ["load data infile 'x' into table t (@a, b) set c = @a", PinReason.USER_VARIABLE],
    ["call p(@out)", PinReason.USER_VARIABLE],
    ["show tables where (@a := 1)", PinReason.USER_VARIABLE],
    ["set global sort_buffer_size = 1", PinReason.SET],
    ["set @@global.sql_mode = ''", PinReason.SET],
    ["set role admin", PinReason.SET],
    ["set last_insert_id = 5", PinReason.SET],
    ["create /* x */ temporary table t (a int)", PinReason.TEMPORARY_TABLE],
    ["create or replace temporary table t (a int)", PinReason.TEMPORARY_TABLE],
    ["select GET_LOCK /* x */ ('a', 1)", PinReason.GET_LOCK],
    ["insert into t select get_lock('a', 1)", PinReason.GET_LOCK],
    ["execute immediate 'select 1'", PinReason.PREPARED],
    ["handler t open", PinReason.HANDLER],
    ["xa start 'a'", PinReason.XA],
    ["lock instance for backup", PinReason.LOCK_TABLES],
    ["flush tables t for export", PinReason.LOCK_TABLES],
    ["begin not atomic select 1; end", PinReason.UNKNOWN],
    ["wibble", PinReason.UNKNOWN],
    ["select lastval(s)", PinReason.SEQUENCE],
    ["/*!50000 set @a = 1 */", PinReason.USER_VARIABLE],
    ["/*M!100000 set @a = 1 */", PinReason.USER_VARIABLE],
    ["select 1 /*!99999 ' */; set @a = 1; /*! ' */", PinReason.UNKNOWN],
    ["select 1 /*!99999 * ' */; set @a = 1; -- '", PinReason.UNKNOWN],
    ["select 1 /*!99999 -- */; set @a = 1", PinReason.UNKNOWN],
    ["select 1 /*!99999 # */; set @a = 1", PinReason.UNKNOWN],
    ["select 1 /*!99999 /* x */ ' */; set @a = 1; -- '", PinReason.UNKNOWN],
    ["select 2 */*'*/ 3; set @a = 1; -- '", PinReason.USER_VARIABLE],
    ["select 1 --\x01'\n; set @a = 1; -- '", PinReason.USER_VARIABLE],
  ];
  for (const [sql, reason] of pinned) {
    it(`pins for ${sql}`, () => {
      assert.equal(of(sql).pin, reason);
    });
  }

  for (const sql of [
    "select * from sample",
    "(select 1) union (select 2)",
    "with a as (select 1) select * from a",
    "select @a, @@sql_mode from t where b = 'set @a = 1'",
    "insert into t (a) values ('lock tables') on duplicate key update a = 1",
    "# set @a = 1\nselect 1",
    "select 1 -- get_lock(1)",
    'select "a\\"; set @x = 1"',
    "set password = 'x'",
    "grant select on a.* to 'b'@'%'",
    "create user if not exists b@localhost identified by 'c'",
    "show grants for `b`@'%'",
    "drop user 'b'@'%'",
    "flush tables",
    "unlock tables",
    "",
    "  ;;  ",
    "/* set @a = 1 */",
  ]) {
    it(`does not pin for ${sql || "nothing"}`, () => {
      assert.equal(of(sql).pin, undefined);
    });
  }

  it("reads a routine's body as text only when nothing else can follow it", () => {
    const sql = "create procedure p() begin set @a = 1; end";
    assert.equal(of(sql, { multiStatements: false }).pin, undefined);
    assert.notEqual(of(sql).pin, undefined);
    for (const head of [
      "or replace function",
      "definer = `a`@'%' event",
      "definer=current_user() aggregate function",
    ]) {
      assert.equal(of(`create ${head} x begin set @a = 1; end`, { multiStatements: false }).pin, undefined, head);
    }
  });

  it("does not take a table for a routine because of a name in it", () => {
    for (const sql of [
      "create temporary table event (a int)",
      "create temporary table log (id int, event varchar(20))",
      "create table log (package int) select @a := 1",
    ]) {
      assert.notEqual(of(sql, { multiStatements: false }).pin, undefined, sql);
    }
  });

  it("reads a backslash as itself under NO_BACKSLASH_ESCAPES", () => {
    const sql = "select '\\'; set @a = 1; -- '";
    assert.equal(of(sql, { backslashEscapes: false }).pin, PinReason.USER_VARIABLE);
    assert.equal(of(sql).pin, undefined);
  });

  it("reads a backslash in double quotes as itself under ANSI_QUOTES", () => {
    const sql = 'select 1 as "a\\", @a := 1 as "b"';
    assert.equal(of(sql, { ansiQuotes: true }).pin, PinReason.USER_VARIABLE);
    assert.equal(of("select 'a\\', @a := 1 as \"b'", { ansiQuotes: true }).pin, undefined);
  });

  it("says when tracked variables or the schema must be read back", () => {
    for (const sql of [
      "set names utf8mb4",
      "set sql_mode = ''",
      "set @@session.time_zone = 'SYSTEM'",
      "set autocommit=0",
    ]) {
      assert.equal(of(sql).variables, true, sql);
    }
    for (const sql of ["use a", "drop database a", "DROP SCHEMA IF EXISTS a"]) assert.equal(of(sql).schema, true, sql);
    assert.equal(of("set transaction read only").nextTransactionOnly, true);
    assert.equal(of("set @@transaction_isolation = 'SERIALIZABLE'").nextTransactionOnly, true);
    assert.equal(of("set session transaction read only").nextTransactionOnly, false);
  });

  it("suspects stored code behind CALL and unknown functions, and behind nothing else", () => {
    assert.equal(of("call p()").storedCode, true);
    assert.equal(of("select f(1)").storedCode, true);
    assert.equal(of("select `f`(1)").storedCode, true);
    assert.equal(of("select count(*), concat('a', now()), json_object() from t where a in (1, 2)").storedCode, false);
    assert.equal(of("insert into t (a, b) values (1, 2)").storedCode, false);
  });

  it("finds a SET behind any well-formed text", () => {
    const piece = fc.oneof(
      fc.string().map((text) => `'${text.replace(/['\\]/g, "")}'`),
      fc.string().map((text) => `/* ${text.replace(/\*|\//g, "")} */ 1`),
      fc.string().map((text) => `\`${text.replace(/`/g, "")}\``),
      fc.constantFrom("1", "a", "''", "'\\''", '"\\""', "'''", "1.5e3").filter((text) => text !== "'''"),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        assert.notEqual(of(`select ${["1", ...pieces].join(", ")}; set @hidden = 1`).pin, undefined);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it("never fails and never takes long, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: "binary" }), (text) => {
        of(text);
      }),
      { numRuns: 500, seed: 7 },
    );
    const started = performance.now();
    for (const text of ["(", "/*", "'", "@", "/*!", "/*!*", "*/", "--x", "a,", "--", "`", "0x", "a.", "into "]) {
      of(text.repeat(16384 / text.length));
    }
    assert.ok(performance.now() - started < 2000);
  });
});
