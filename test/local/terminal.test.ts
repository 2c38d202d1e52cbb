import assert from "node:assert/strict";
import { ProgressLines } from "../../local/engine";
import { helpText } from "../../local/help";
import { shorten, wrap } from "../../local/terminal";

describe("texts for a terminal", () => {
  it("lose their middle when they are too long", () => {
    assert.equal(shorten("sample-proxy", 12), "sample-proxy");
    assert.equal(shorten("sample-read-to-secretsmanager", 13), "sample…anager");
    assert.equal(shorten("sample", 1), "…");
    assert.equal(shorten("sample", 0), "");
  });

  it("break between words, and inside a word that is longer than a line", () => {
    assert.deepEqual(wrap("one two three", 8), ["one two", "three"]);
    assert.deepEqual(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
    assert.deepEqual(wrap("one two three", undefined), ["one two three"]);
  });

  const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
  const name = "sample-read-to-secretsmanager-in-another-subnet";

  function lineOf(columns: number | undefined): string {
    const lines: string[] = [];
    new ProgressLines(
      (line) => lines.push(line),
      () => columns,
    ).created(type, name, 12.345);
    return lines.join("\n");
  }

  for (const columns of [30, 50, 80, 120]) {
    it(`show a resource in a line of at most ${columns} columns`, () => {
      const line = lineOf(columns);
      assert.ok(line.length <= columns, line);
      assert.match(line, /^\+ aws.* samp.* 12\.3\d s$/);
    });
  }

  it("show the names of resources whole in a file", () => {
    assert.equal(lineOf(undefined), `+ aws:vpc:SecurityGroupIngressRule     ${name} 12.35 s`);
  });

  it("show help with the keys of the configuration, their types and defaults", () => {
    const size = {
      type: "integer",
      description: "Number of servers that the program creates first",
      default: 3,
    };
    const text = helpText({ size, token: { description: "Token; empty for none", default: "" } }, 60);
    assert.ok(Math.max(...text.split("\n").map((line) => line.length)) <= 60, text);
    assert.match(
      text,
      /^ {2}size {3}Number of servers that the program creates first\.\n {9}Type: integer\. Default: 3\.$/m,
    );
    assert.match(text, /^ {2}token +Token; empty for none\.$/m);
    assert.match(text, /^ {2}--config <key>=<value> /m);
  });
});
