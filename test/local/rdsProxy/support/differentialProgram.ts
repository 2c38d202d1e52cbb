import type { Random } from "./random";

/** One thing that a client does. */
export interface Step {
  /** A text query, a prepared statement, or or one of the commands COM_CHANGE_USER and COM_RESET_CONNECTION. */
  how: "query" | "execute" | "changeUser" | "reset";
  sql: string;
  values?: (string | number | null)[];
}

export const schemas = ["differential", "differential_b"] as const;

/** Puts both schemas into the state that every program begins with. */
export const setUp = [
  ...schemas.flatMap((schema) => [`DROP DATABASE IF EXISTS ${schema}`, `CREATE DATABASE ${schema} CHARSET utf8mb4`]),
  `CREATE TABLE differential.things (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60), amount DECIMAL(10,2) NOT NULL
     DEFAULT 0, seen DATETIME(3), note TEXT, raw_bytes VARBINARY(40), document JSON, UNIQUE (name))`,
  "CREATE TABLE differential_b.things (id INT PRIMARY KEY, name VARCHAR(60) CHARSET latin1)",
  "CREATE PROCEDURE differential.double_it(IN a INT, OUT b INT, INOUT c INT) BEGIN SET b = a * 2; SET c = c + 1; END",
  `CREATE PROCEDURE differential.list_things(IN lowest INT) BEGIN
     SELECT id, name FROM differential.things WHERE id >= lowest ORDER BY id; SELECT COUNT(*) AS n FROM differential.things; END`,
  "CREATE PROCEDURE differential.fail() BEGIN SELECT 'before' AS a; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END",
  `CREATE PROCEDURE differential.with_cursor(OUT total DECIMAL(12,2)) BEGIN DECLARE done INT DEFAULT 0; DECLARE one DECIMAL(10,2);
     DECLARE amounts CURSOR FOR SELECT amount FROM differential.things; DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1;
     SET total = 0; OPEN amounts; fetching: LOOP FETCH amounts INTO one; IF done THEN LEAVE fetching; END IF;
     SET total = total + one; END LOOP; CLOSE amounts; END`,
  "CREATE FUNCTION differential.plus_one(a INT) RETURNS INT DETERMINISTIC RETURN a + 1",
];

const names = ["a", "b", "Привет", "é", "日本", "🙂", "", "O'Reilly", "back\\slash", "x".repeat(70)];
const charsets = [
  "utf8mb4",
  "latin1",
  "cp1251",
  "utf8mb4 COLLATE utf8mb4_spanish_ci",
  "gbk",
  "utf8mb4 COLLATE utf8mb4_bin",
];

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

type Maker = (dice: Random) => Step[];

const query = (sql: string): Step[] => [{ how: "query", sql }];
const execute = (sql: string, ...values: (string | number | null)[]): Step[] => [{ how: "execute", sql, values }];
const all = "SELECT id, name, amount, seen, note, raw_bytes, document FROM differential.things ORDER BY id";

// Left out: character_set_results = NULL. It shows in the definition of a parameter which collation of
// character_set_client the client had at its log-in, and no statement can give that to another connection alone.
// LOAD DATA LOCAL is left out too: what a driver makes of the request for a file is its own affair, and the proxy refuses it.
const fixed: string[] = [
  all,
  "SELECT 1 AS one; SELECT 'zwei' AS two, NULL AS nothing; DO 3",
  "INSERT INTO differential.things (name) VALUES ('multi'); SELECT LAST_INSERT_ID() > 0; SELECT missing; SELECT 4",
  "CALL differential.list_things(2)",
  "CALL differential.fail()",
  "SET @c = 5; CALL differential.double_it(4, @b, @c); SELECT @b, @c",
  "SELECT differential.plus_one(6)",
  "CREATE TEMPORARY TABLE scratch (id INT); INSERT INTO scratch VALUES (1), (2); SELECT SUM(id) FROM scratch",
  "DROP TEMPORARY TABLE IF EXISTS scratch",
  "SELECT * FROM scratch",
  "BEGIN",
  "START TRANSACTION READ ONLY",
  "COMMIT",
  "ROLLBACK",
  "SAVEPOINT one",
  "ROLLBACK TO SAVEPOINT one",
  "RELEASE SAVEPOINT one",
  "SET autocommit = 0",
  "SET autocommit = 1",
  "SET sql_mode = 'ANSI_QUOTES'",
  "SET sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'",
  "SET sql_mode = DEFAULT",
  "SET time_zone = '+05:30'",
  "SET time_zone = DEFAULT",
  "SET character_set_results = latin1",
  "USE differential_b",
  "USE differential",
  "USE nowhere",
  "SELECT DATABASE(), @@autocommit, @@time_zone, @@sql_mode, @@character_set_client, @@collation_connection",
  "SELECT @@character_set_results, @@collation_database, @@tx_isolation",
  "SELEC 1",
  "SELECT * FROM differential.missing",
  "SELECT 1/0",
  "INSERT INTO differential.things (amount) VALUES ('abc')",
  "UPDATE differential.things SET amount = amount + 1 WHERE id < 4",
  "DELETE FROM differential.things WHERE id % 3 = 0",
  "XA START 'x'; XA END 'x'; XA ROLLBACK 'x'",
  "XA START 'y'; INSERT INTO differential.things (name) VALUES ('xa'); XA END 'y'; XA PREPARE 'y'; XA COMMIT 'y'",
  "XA END 'never begun'",
  "LOAD DATA INFILE '/nowhere/things.csv' INTO TABLE differential.things",
  "PREPARE p FROM 'SELECT ? + 1'; SET @a = 3; EXECUTE p USING @a; DEALLOCATE PREPARE p",
  "HANDLER differential.things OPEN; HANDLER differential.things READ FIRST; HANDLER differential.things CLOSE",
  "LOCK TABLES differential.things WRITE; UPDATE differential.things SET amount = 0; UNLOCK TABLES",
  "CALL differential.with_cursor(@total); SELECT @total",
  "CALL differential.missing()",
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
  "SELECT ROW_COUNT()",
  "SHOW TABLES FROM differential",
  "DESCRIBE differential.things",
  "SELECT FROM_UNIXTIME(86400) AS day, CONVERT('é' USING latin1) AS latin, 0x00ff AS raw_value, 1.50 AS price, 2e0 AS d",
  "KILL 2147483646",
  "",
];

const made: Maker[] = [
  (dice) => query(`INSERT INTO differential.things (name) VALUES (${quoted(dice.pick(names))})`),
  (dice) =>
    execute(
      "INSERT INTO differential.things (name, amount, seen, note, document) VALUES (?, ?, ?, ?, ?)",
      dice.pick(names),
      dice.below(100000) / 100,
      dice.pick(["2026-11-24 10:00:00.125", null, "not a date"]),
      dice.pick([null, "é".repeat(dice.below(400))]),
      dice.pick([null, '{"a": [1, 2]}', '"é"', "not json"]),
    ),
  // Right after its statement: MariaDB keeps warnings over a SET and over a statement that reads no table, and the proxy does not, since
  // another session may have had the connection.
  (dice) => [
    ...query(dice.pick(["SELECT 1/0", "SELECT 'a' + 1", "SELECT * FROM differential.missing", all])),
    ...query("SHOW WARNINGS"),
  ],
  (dice) => query(`SET NAMES ${dice.pick(charsets)}`),
  (dice) => query(`SELECT ${quoted(dice.pick(names))} AS text, HEX(${quoted(dice.pick(names))}) AS bytes`),
  (dice) => execute("SELECT ? AS text, ? AS number", dice.pick(names), dice.below(1000)),
  () => execute(all),
  (dice) => execute("SELECT name FROM differential.things WHERE id > ? ORDER BY id LIMIT 5", dice.below(20)),
  (dice) => execute("CALL differential.double_it(?, ?, ?)", dice.below(100), null, dice.below(100)),
  (dice) => execute("CALL differential.list_things(?)", dice.below(10)),
  () => execute("CALL differential.fail()"),
  () => execute("SELECT missing"),
  (dice) => query(`SELECT REPEAT('z', ${dice.below(40000)}) AS long_text`),
  (dice) => query(`SELECT ${dice.below(9)} AS padded /* ${"p".repeat(17000)} */`),
  () => [{ how: "changeUser", sql: "" }],
  () => [{ how: "reset", sql: "" }],
];

/** A random program: the same dice make the same one. */
export function program(dice: Random, length: number): Step[] {
  const steps: Step[] = [];
  while (steps.length < length) {
    steps.push(...(dice.below(5) < 3 ? query(dice.pick(fixed)) : dice.pick(made)(dice)));
  }
  return steps;
}
