import assert from "node:assert/strict";
import { assertRows } from "./support/lifecycle";
import { LocalStack } from "./support/localStack";
import { processesWith } from "./support/processes";
import { sampleProgram } from "./support/program";
import { resourcesOf } from "./support/state";

describe("on Pulumi's engine, an interrupted `pulumi up` goes on with the next one, after", function () {
  this.timeout(180_000);
  let stack: LocalStack | undefined;
  afterEach(() => stack?.close());

  /** Starts `pulumi up`, and does something when the database, which takes longest, is about to be created. */
  async function interrupt(deed: (stack: LocalStack) => void): Promise<LocalStack | undefined> {
    stack = await LocalStack.open(sampleProgram);
    if (stack === undefined) return undefined;
    const interrupted = stack;
    await assert.rejects(
      interrupted.up({}, (step) => {
        if (step === "create aws:rds/instance:Instance sample-database") deed(interrupted);
      }),
    );
    return stack;
  }

  /** `pulumi up` makes what is missing, and nothing exists that the state does not know. */
  async function assertConverges(interrupted: LocalStack): Promise<void> {
    const { outputs } = await interrupted.up();
    assertRows(outputs);
    const resources = await resourcesOf(interrupted.stack);
    const inAccount = resources.filter(({ custom, type }) => custom && !/^(pulumi:providers|random):/.test(type));
    assert.equal(await interrupted.existing(), inAccount.length);
    assert.deepEqual(await interrupted.preview(), []);
    assert.deepEqual(await interrupted.refresh(), []);
    await interrupted.destroy();
    assert.equal(await interrupted.existing(), 0);
  }

  const signalCli = (signal: NodeJS.Signals) => (): void => {
    const [cli] = processesWith("pulumi up ", process.pid);
    assert.ok(cli !== undefined);
    process.kill(cli, signal);
  };

  it("Ctrl-C", async function () {
    const interrupted = await interrupt(signalCli("SIGINT"));
    if (interrupted === undefined) return this.skip();
    const before = await interrupted.existing();
    assert.ok(before > 0 && before < 60, `${before} resources`);
    await assertConverges(interrupted);
  });

  it("a kill of the CLI", async function () {
    const interrupted = await interrupt(signalCli("SIGKILL"));
    if (interrupted === undefined) return this.skip();
    await interrupted.cleanUpAfterKill();
    await assertConverges(interrupted);
  });

  it("a kill of the stand-in: refresh shows what is gone, and up makes it again", async function () {
    const interrupted = await interrupt(({ folder }) => {
      for (const pid of processesWith(`provider/main.ts ${folder}`)) process.kill(pid, "SIGKILL");
    });
    if (interrupted === undefined) return this.skip();
    await interrupted.startAgain();
    assert.equal(await interrupted.existing(), 0);
    const gone = await interrupted.refresh();
    assert.ok(gone.includes("delete aws:iam/role:Role sample-proxy"), gone.join("\n"));
    await assertConverges(interrupted);
  });
});
