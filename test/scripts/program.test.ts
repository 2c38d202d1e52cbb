import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const preload = join(process.cwd(), "scripts/program.cjs");

/** Fails in two places, twice in each. The type takes lines that the compiled code does not have. */
const program = `
interface Failure {
  what: string;
}
function fail({ what }: Failure): string {
  return new RangeError(what).stack ?? "";
}
const stacks = ["one", "two"].flatMap((what) => [fail({ what }), new Error(what).stack]);
console.log(JSON.stringify(stacks));
`;

describe("What Node loads before the program", () => {
  const folder = mkdtempSync(join(tmpdir(), "program-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the program as Pulumi does: the preload comes first, and then ts-node. */
  function stacksWith(...more: string[]): string[] {
    const file = join(folder, "program.ts");
    writeFileSync(file, program);
    const compilerOptions = { target: "ES2022", module: "node16", moduleResolution: "node16" };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const tsNode = ["--require", require.resolve("ts-node/register/transpile-only"), file];
    const options = { cwd: folder, encoding: "utf8" } as const;
    return JSON.parse(execFileSync(process.execPath, [...more, ...tsNode], options)) as string[];
  }

  it("leaves each error its own message, and the lines of the sources", () => {
    const stacks = stacksWith("--require", preload);
    const first = stacks.map((stack) => stack.split("\n").slice(0, 2).join("\n"));
    const at = (line: number) => `\\(?${join(folder, "program.ts")}:${line}:\\d+\\)?$`;
    assert.match(first[0] ?? "", new RegExp(`^RangeError: one\n    at fail .*${at(6)}`));
    assert.match(first[1] ?? "", new RegExp(`^Error: one\n    at .*${at(8)}`));
    assert.match(first[2] ?? "", new RegExp(`^RangeError: two\n    at fail .*${at(6)}`));
    assert.match(first[3] ?? "", new RegExp(`^Error: two\n    at .*${at(8)}`));
  });

  it("changes nothing else in a stack", () => {
    assert.deepEqual(stacksWith("--require", preload), stacksWith());
  });

  it("keeps the compiled code beside the program", () => {
    stacksWith("--require", preload);
    assert.ok(existsSync(join(folder, ".cache/compile")));
  });
});
