import assert from "node:assert/strict";
import { join } from "node:path";
import { programLocation } from "../../../local/engine";
import { runOnStandIn } from "../../programs/support/runProgram";

const root = join(__dirname, "../../..");

/** Where the error comes from with which a program fails. */
async function locationOf(program: string): Promise<string | undefined> {
  const error: unknown = await runOnStandIn(program, { programFrames: true }).then(
    () => assert.fail("the program did not fail"),
    (reason: unknown) => reason,
  );
  return programLocation(error, root);
}

describe("an error in a program", () => {
  it("has no line when a component refuses an argument, or a resource fails", async () => {
    assert.equal(await locationOf("refusedArgument"), undefined);
    assert.equal(await locationOf("wrongPassword"), undefined);
  });

  it("has the line of the TypeScript file, although it was thrown inside a package", async () => {
    assert.equal(await locationOf("missingArgument"), "test/programs/fixtures/missingArgument.ts:4:21");
  });
});
