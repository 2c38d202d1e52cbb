import assert from "node:assert/strict";
import { classify, type ClassifyOptions } from "../../../local/rdsProxy/sql/classify";
import { leadingWords } from "../../../local/rdsProxy/sql/leadingWords";
import { PinReason } from "../../../local/rdsProxy/sql/pinReasons";
import { Statement } from "../../../local/rdsProxy/sql/statement";
import { tokenize } from "../../../local/rdsProxy/sql/tokenizer";

const options: ClassifyOptions = {
  multiStatements: true,
  excludeVariableSets: false,
  backslashEscapes: true,
  ansiQuotes: false,
};

/** For each row of the table a statement that all of its rules apply to, as somebody would write it. */
const statements: Record<string, string> = {
  alter: "ALTER TABLE t ADD c INT",
  analyze: "ANALYZE TABLE t",
  begin: "BEGIN NOT ATOMIC SELECT 1",
  cache: "CACHE INDEX t IN hot",
  call: "CALL p()",
  change: "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'h'",
  check: "CHECK TABLE t",
  checksum: "CHECKSUM TABLE t",
  commit: "COMMIT RELEASE",
  create: "CREATE TEMPORARY TABLE t (a INT)",
  deallocate: "DEALLOCATE PREPARE s",
  delete: "DELETE FROM t",
  desc: "DESC t",
  describe: "DESCRIBE t",
  do: "DO 1",
  drop: "DROP DATABASE a",
  execute: "EXECUTE s",
  explain: "EXPLAIN SELECT 1",
  flush: "FLUSH TABLES WITH READ LOCK",
  get: "GET DIAGNOSTICS",
  grant: "GRANT SELECT ON a.* TO 'u'@'%'",
  handler: "HANDLER t OPEN",
  help: "HELP 'SELECT'",
  import: "IMPORT TABLE FROM 't.sdi'",
  insert: "INSERT INTO t VALUES (1)",
  install: "INSTALL PLUGIN p SONAME 'p.so'",
  kill: "KILL 1",
  load: "LOAD DATA INFILE 'f' INTO TABLE t",
  lock: "LOCK TABLES t READ",
  optimize: "OPTIMIZE TABLE t",
  prepare: "PREPARE s FROM 'SELECT 1'",
  purge: "PURGE BINARY LOGS TO 'b'",
  release: "RELEASE SAVEPOINT s",
  rename: "RENAME TABLE t TO u",
  repair: "REPAIR TABLE t",
  replace: "REPLACE INTO t VALUES (1)",
  reset: "RESET BINARY LOGS AND GTIDS",
  resignal: "RESIGNAL",
  revoke: "REVOKE SELECT ON a.* FROM 'u'@'%'",
  rollback: "ROLLBACK RELEASE",
  savepoint: "SAVEPOINT s",
  select: "SELECT 1",
  set: "SET sql_mode = ''",
  show: "SHOW WARNINGS",
  signal: "SIGNAL SQLSTATE '45000'",
  start: "START TRANSACTION",
  stop: "STOP REPLICA",
  table: "TABLE t",
  truncate: "TRUNCATE TABLE t",
  uninstall: "UNINSTALL PLUGIN p",
  unlock: "UNLOCK TABLES",
  update: "UPDATE t SET a = 1",
  use: "USE a",
  values: "VALUES ROW(1)",
  with: "WITH a AS (SELECT 1) SELECT * FROM a",
  xa: "XA START 'a'",
};

describe("the table of leading words", () => {
  it("has exactly the words that are tested here", () => {
    assert.deepEqual([...leadingWords.keys()].sort(), Object.keys(statements).sort());
  });

  for (const [word, rules] of leadingWords) {
    const sql = statements[word] ?? "";

    it(`reaches the row ${word}, all of its rules and nothing else`, () => {
      const statement = new Statement(tokenize(sql, options));
      assert.equal(statement.leadingWord, word);
      const effects = rules.map((rule) => {
        assert.ok(rule.when?.(statement) ?? true, "a rule does not apply");
        return rule.effect(statement, options);
      });
      const expected = Object.assign({}, ...effects) as Record<string, unknown>;
      for (const [name, found] of Object.entries(classify(sql, options))) {
        // In an effect, an absent flag means false.
        assert.deepEqual(
          found === false ? undefined : found,
          expected[name] === false ? undefined : expected[name],
          name,
        );
      }
    });

    if (rules.some(({ when }) => when !== undefined)) {
      it(`does not apply the conditional rules of ${word} to every statement`, () => {
        const statement = new Statement(tokenize(`${word} x`, options));
        for (const { when } of rules) if (when !== undefined) assert.equal(when(statement), false);
      });
    }
  }

  it("lets a statement that is not in it pin the session", () => {
    for (const sql of ["wibble", "constructor", "`select` 1", "'select'", "((", "@a", "1"]) {
      assert.equal(classify(sql, options).pin, PinReason.UNKNOWN, sql);
    }
  });
});
