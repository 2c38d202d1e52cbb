import assert from "node:assert/strict";
import fc from "fast-check";
import type { Values } from "../../handler";
import { withValues } from "../../handler/values";

describe("the text of a statement", () => {
  for (const [title, sql, values, expected] of [
    ["has values in their order", "select ?, ?", [1, "a"], "select 1, 'a'"],
    ["has values by their names, also twice", "select :a, :b, :a", { a: 1, b: "x" }, "select 1, 'x', 1"],
    ["has null", "select ?", [null], "select NULL"],
    ["has booleans", "select ?", [true], "select true"],
    ["has every digit of a bigint", "select ?", [9223372036854775807n], "select 9223372036854775807"],
    ["has dates in UTC", "select ?", [new Date("2026-11-24T01:02:03.456Z")], "select '2026-11-24 01:02:03.456'"],
    ["has bytes", "select ?", [Buffer.from("hi")], "select X'6869'"],
    ["has lists for `in`", "where id in (?)", [[1, 2, 3]], "where id in (1, 2, 3)"],
    [
      "has lists of lists for `values`",
      "values ?",
      [
        [
          [1, "a"],
          [2, "b"],
        ],
      ],
      "values (1, 'a'), (2, 'b')",
    ],
    ["has names for `??`", "select ?? from ??.??", ["a`b", "s", "t"], "select `a``b` from `s`.`t`"],
    ["keeps a dot in a name", "select ??", ["a.b"], "select `a.b`"],
    ["escapes quotes", "select ?", ['it\'s \\ "x"'], `select 'it\\'s \\\\ \\"x\\"'`],
    ["leaves strings alone", "select 'a?', \"b:c\", `d?`, ?", [1], "select 'a?', \"b:c\", `d?`, 1"],
    [
      "leaves escaped quotes in strings alone",
      String.raw`select 'it\'s ?', 'two''?', ?`,
      [1],
      String.raw`select 'it\'s ?', 'two''?', 1`,
    ],
    ["leaves comments alone", "select ? -- why?\n# :name\n/* ? */", [1], "select 1 -- why?\n# :name\n/* ? */"],
    [
      "fills placeholders in hints",
      "select /*+ MAX_EXECUTION_TIME(?) */ 1",
      [5],
      "select /*+ MAX_EXECUTION_TIME(5) */ 1",
    ],
    ["leaves `:=` and colons behind words alone", "select @a := :a, b:c", { a: 1 }, "select @a := 1, b:c"],
    ["leaves `:name` alone when values have an order", "select :a, ?", [1], "select :a, 1"],
    ["is the statement when there are no values", "select 1", undefined, "select 1"],
  ] as [string, string, Values | undefined, string][]) {
    it(title, () => {
      assert.equal(withValues(sql, values), expected);
    });
  }

  for (const [title, sql, values, message] of [
    ["a value is missing", "select ?, ?", [1], /has \? number 2, but there is no such value/],
    ["a name is missing", "select :a, :b", { a: 1 }, /has :b, but there is no such value/],
    ["a name is inherited only", "select :toString", {}, /has :toString/],
    ["a value is one too many", "select ?", [1, 2], /does not use the value number 2/],
    ["a name is one too many", "select :a", { a: 1, b: 2 }, /does not use the value "b"/],
    ["a placeholder has no name", "select ?", { a: 1 }, /its values have names/],
    ["a value is undefined", "select ?", [undefined], /undefined: null is what SQL calls NULL/],
    ["a value is NaN", "select ?", [Number.NaN], /NaN, which SQL does not have/],
    ["a value is an invalid date", "select ?", [new Date("x")], /an invalid date/],
    ["a value is an object, which could become SQL", "where password = ?", [{ password: 1 }], /an object.*JSON/],
    ["an object hides in a list", "where id in (?)", [[{ id: 1 }]], /an object/],
    ["a list is empty", "where id in (?)", [[]], /an empty list/],
    ["a value is a function", "select ?", [() => 1], /a function/],
  ] as [string, string, any, RegExp][]) {
    it(`is refused when ${title}`, () => {
      assert.throws(() => withValues(sql, values), { name: "UsageError", message });
    });
  }

  it("has each text as one string, whatever is in it", () => {
    const oneString = /^select '(?:[^'\\]|\\[^])*'$/;
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom("'", "\\", '"', "?", ":", "a") })),
        (text) => {
          assert.match(withValues("select ?", [text]), oneString);
          assert.match(withValues("select :text", { text }), oneString);
        },
      ),
    );
  });
});
