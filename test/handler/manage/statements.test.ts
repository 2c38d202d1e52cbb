import assert from "node:assert/strict";
import { statementsOf } from "../../../handler/manage/statements";

const sqlOf = (text: string): string[] => statementsOf(text).map(({ sql }) => sql);

describe("a file of SQL is split into statements", () => {
  it("at semicolons, but not at those in texts, names and comments", () => {
    const statements = ["select 'a;''b\\';'", 'select ";"', "select `a;``b`", "select 1 /* ; */", "select 5--1"];
    assert.deepEqual(sqlOf(`${statements.join(";\n")};`), statements);
    assert.deepEqual(sqlOf("select 1; # x ; y\n-- z ; \nselect 2"), ["select 1", "# x ; y\n-- z ; \nselect 2"]);
  });

  it("at what DELIMITER says, so that procedures stay whole", () => {
    const procedure = "create procedure p()\nbegin\n  select 1;\n  select 'x';\nend";
    assert.deepEqual(sqlOf(`DELIMITER $$\n${procedure}$$\ndelimiter ;\nselect 1;`), [procedure, "select 1"]);
    assert.deepEqual(sqlOf("select delimiter from t; select 2"), ["select delimiter from t", "select 2"]);
  });

  it("without those that are only a comment, but with those that are for the server", () => {
    assert.deepEqual(sqlOf("-- nothing\n;\n/* nothing */;\n/*!40101 SET NAMES utf8mb4 */;\n;"), [
      "/*!40101 SET NAMES utf8mb4 */",
    ]);
  });

  it("and each knows its line", () => {
    const lines = statementsOf("-- first\nselect 1;\n\nselect\n2; select 3;\n\n\n# c\nselect 4").map(
      ({ line }) => line,
    );
    assert.deepEqual(lines, [2, 4, 5, 9]);
  });

  it("also when it has several megabytes", () => {
    const rows = "insert into t values (1, 'abcdefghijklmnopqrstuvwxyz;');\n".repeat(50_000);
    assert.equal(statementsOf(rows).length, 50_000);
    const blob = `insert into t values ('${"x\\'".repeat(2_000_000)}')`;
    assert.deepEqual(sqlOf(`${blob};`), [blob]);
  });
});
