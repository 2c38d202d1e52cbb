import assert from "node:assert/strict";
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadAnew } from "../../testing/program";
import { examples, folderOf } from "../programs/support/examples";
import { LocalStack } from "./support/localStack";

describe("the examples on Pulumi's engine", function () {
  this.timeout(240_000);
  const checkout = process.cwd();
  const nothing = () => Promise.resolve({});
  let stack: LocalStack | undefined;

  /** Runs an example's program in its folder, as the language host does. The engine reads files from a folder of its own. */
  const programOf = (name: string) => () => {
    const folder = folderOf(name);
    const own = join(stack?.folder ?? "", "migrations");
    rmSync(own, { recursive: true, force: true });
    if (existsSync(join(folder, "migrations"))) cpSync(join(folder, "migrations"), own, { recursive: true });
    process.chdir(folder);
    return loadAnew(join(folder, "index.ts"));
  };

  before(async function () {
    stack = await LocalStack.open(nothing);
    if (stack === undefined) this.skip();
  });
  afterEach(() => {
    process.chdir(checkout);
  });
  after(() => stack?.close());

  for (const { name, warnings } of examples) {
    it(`a preview of ${name} creates everything, and warns of nothing that the example does not intend`, async () => {
      assert.ok(stack);
      stack.program = programOf(name);
      const steps = await stack.preview();
      assert.ok(steps.length > 30, steps.join("\n"));
      assert.deepEqual(
        steps.filter((step) => !step.startsWith("create ")),
        [],
      );
      assert.deepEqual(stack.last.warnings, warnings ?? []);
    });
  }

  it("a function reaches the database of another stack, and leaves nothing in it", async () => {
    await stack?.close();
    stack = await LocalStack.open(programOf("other-stack/database"), {}, folderOf("other-stack/database"));
    assert.ok(stack);
    await stack.up();
    const own = await stack.existing();
    const other = await stack.beside("other", programOf("other-stack/function"), {
      "lambda-rds-proxy:databaseStack": "organization/lambda-rds-proxy/test",
    });
    const { outputs } = await other.up();
    assert.deepEqual(outputs.rows?.value, [
      { customer: "hanako", total: "20.00" },
      { customer: "taro", total: "15.00" },
    ]);
    assert.deepEqual(await stack.preview(), []);
    await other.destroy();
    assert.equal(await stack.existing(), own);
    await stack.destroy();
    assert.equal(await stack.existing(), 0);
  });
});
