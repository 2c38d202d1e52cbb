import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackConfig, type StackConfig } from "../../../local/engine";
import { stackOf } from "../../../local/engine/config";

const project = `
name: sample
main: program.ts
config:
  size: { type: integer, default: 3 }
  subnets: { type: array, items: { type: string }, default: [] }
  bastion: { type: boolean, default: false }
  token: { type: string, default: "", secret: true }
  plain: text
`;

describe("a stack's configuration", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "config-test-"))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function read(
    stackFile: string,
    overrides?: Record<string, string>,
    projectFile = project,
    undeclared?: string[],
  ): Promise<StackConfig> {
    writeFileSync(join(folder, "Pulumi.yaml"), projectFile);
    writeFileSync(join(folder, "Pulumi.dev.yaml"), stackFile);
    return readStackConfig(folder, "dev", overrides, undeclared);
  }

  it("has the project's defaults for what the stack's file does not set, and holds all values as text", async () => {
    assert.deepEqual(await read("config:\n  aws:region: ap-northeast-1\n  sample:size: 5\n"), {
      project: "sample",
      stack: "dev",
      folder,
      main: join(folder, "program.ts"),
      values: {
        "aws:region": "ap-northeast-1",
        "sample:size": "5",
        "sample:subnets": "[]",
        "sample:bastion": "false",
        "sample:token": "",
        "sample:plain": "text",
      },
      secretKeys: ["sample:token"],
    });
  });

  it("may come from an empty file of the stack", async () => {
    assert.equal((await read("")).values["sample:size"], "3");
    assert.equal((await read("config:\n")).values["sample:size"], "3");
  });

  it("holds lists and objects as JSON", async () => {
    const { values } = await read(`config:\n  sample:subnets:\n    - subnet-1\n    - subnet-2\n`);
    assert.equal(values["sample:subnets"], `["subnet-1","subnet-2"]`);
  });

  it("can be set for one run, with and without the project's name", async () => {
    const { values } = await read("config:\n  sample:size: 5\n", { size: "7", "aws:region": "us-east-1" });
    assert.deepEqual([values["sample:size"], values["aws:region"]], ["7", "us-east-1"]);
  });

  it("refuses an encrypted value, unless the user gives one for this run", async () => {
    const file = "config:\n  sample:token:\n    secure: v1:abc\n  sample:other:\n    secure: v1:def\n";
    await assert.rejects(read(file, { other: "x" }), {
      message:
        "sample:token in Pulumi.dev.yaml is encrypted, and only the Pulumi CLI can decrypt it: " +
        "give its value for this run with `--config sample:token=<value>`.",
    });
    const { values, secretKeys } = await read(file, { token: "known", other: "x" });
    assert.equal(values["sample:token"], "known");
    assert.ok(secretKeys.includes("sample:other"), "what was encrypted stays secret");
  });

  for (const [key, value, type] of [
    ["size", "many", "integer"],
    ["size", "1.5", "integer"],
    ["bastion", "yes", "boolean"],
    ["subnets", "subnet-1", "array"],
  ] as const) {
    it(`refuses "${value}" for ${key}, which is of type ${type}`, async () => {
      const message = `sample:${key} of the stack dev is "${value}", but Pulumi.yaml declares it to be of type ${type}.`;
      await assert.rejects(read("", { [key]: value }), { message });
    });
  }

  it("names a key without a default that has no value", async () => {
    const message = "The stack dev lacks a value for sample:owner: set it with `pulumi config set owner`.";
    await assert.rejects(read("", {}, "name: sample\nconfig:\n  owner: { type: string }\n"), { message });
  });

  it("names the stack's file when there is none, and the stacks that there are", async () => {
    await assert.rejects(
      readStackConfig(folder, "staging"),
      /^Error: There is no Pulumi\.staging\.yaml in \S+: add this file, or use one of its stacks: dev\.$/,
    );
  });

  for (const [key, remedy] of [
    ["bastoin", 'did you mean "bastion"?'],
    ["sample:Sise", 'did you mean "size"?'],
    ["aws:regoin", 'did you mean "aws:region"?'],
    ["undeclard", 'did you mean "undeclared"?'],
    ["verbose", "use one of aws:region, size, subnets, bastion, token, plain, undeclared, other."],
  ] as const) {
    it(`refuses a value for the unknown key ${key}, without showing the value`, async () => {
      const message = `The configuration key "${key}" is unknown to the program: ${remedy}`;
      const stackFile = "config:\n  sample:other: x\n";
      await assert.rejects(read(stackFile, { [key]: "hunter2" }, project, ["undeclared"]), { message });
    });
  }

  it("takes a value for a key that only the program or the stack's file knows", async () => {
    const given = { undeclared: "1", other: "2" };
    const { values } = await read("config:\n  sample:other: x\n", given, project, ["undeclared"]);
    assert.deepEqual([values["sample:undeclared"], values["sample:other"]], ["1", "2"]);
  });

  it("names file and line of what is not YAML", async () => {
    await assert.rejects(
      read("config:\n  sample:size: 5\n   bad: [1\n"),
      /^Error: Pulumi\.dev\.yaml:2:\d+ is not valid YAML: .+\.$/,
    );
    await assert.rejects(
      read("", {}, "name: sample\nmain: \tx: y: z\n"),
      /^Error: Pulumi\.yaml:2:\d+ is not valid YAML: /,
    );
  });

  it("names what has to be keys with values", async () => {
    const remedy = 'but it has to be keys with values, such as "name: sample".';
    await assert.rejects(read("- a\n"), { message: `Pulumi.dev.yaml is ["a"], ${remedy}` });
    await assert.rejects(read("config: text\n"), { message: `config in Pulumi.dev.yaml is "text", ${remedy}` });
  });

  it("comes from Pulumi.yaml alone in a project without a stack", async () => {
    await read("");
    const { stack, values } = await readStackConfig(folder, undefined);
    assert.deepEqual([stack, values["sample:size"]], ["dev", "3"]);
  });

  it("takes a value for any key where nobody knows what the program reads", async () => {
    assert.equal((await read("", { anything: "1" })).values["sample:anything"], "1");
  });

  for (const [runtime, typescript] of [
    ["nodejs", undefined],
    ["{ name: nodejs, options: { typescript: false } }", false],
    ["{ name: nodejs, options: { tsconfig: tsconfig.program.json } }", "tsconfig.program.json"],
  ] as const) {
    it(`says how the program is compiled: runtime ${runtime}`, async () => {
      const config = await read("", {}, `name: sample\nmain: program.ts\nruntime: ${runtime}\n`);
      assert.equal(config.typescript, typescript);
    });
  }

  it("refuses a program in another language", async () => {
    await assert.rejects(
      read("", {}, "name: sample\nruntime: python\n"),
      /^Error: The runtime of the program in \S+ is "python", but the stand-in runs programs in JavaScript and TypeScript only/,
    );
  });
});

describe("the stack that nobody names", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "config-test-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const withStacks = (...stacks: string[]) => {
    for (const name of stacks) writeFileSync(join(folder, `Pulumi.${name}.yaml`), "");
    return stackOf(folder);
  };

  it("is dev, or the only one, or none where there is none", async () => {
    assert.equal(await withStacks(), undefined);
    assert.equal(await withStacks("prod"), "prod");
    assert.equal(await withStacks("prod", "dev"), "dev");
  });

  it("has to be named where there are several", async () => {
    await assert.rejects(
      withStacks("prod", "staging"),
      /^Error: The project in \S+ has the stacks prod, staging: name one of them, as in --stack prod\.$/,
    );
  });
});
