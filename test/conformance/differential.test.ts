import assert from "node:assert/strict";
import { compare } from "../local/rdsProxy/support/differential";
import { addFetchedDrivers, drivers } from "../local/rdsProxy/support/differentialDrivers";
import { closeAll, serverKinds } from "../local/rdsProxy/support/harness";

const stepsOfProgram = 200;

/**
 * Compares CONFORMANCE_STATEMENTS statements for each server and driver, with the seeds from CONFORMANCE_SEED on. The
 * script `conformance` runs it.
 */
describe("long random programs have the same results through the proxy as without it", () => {
  const statements = Number(process.env.CONFORMANCE_STATEMENTS ?? 10000);
  const firstSeed = Number(process.env.CONFORMANCE_SEED ?? Date.now() % 2 ** 31);
  const missing = addFetchedDrivers();
  if (missing.length > 0) {
    console.log(`  Left out, since scripts/get-drivers.sh has not fetched them: ${missing.join(", ")}.`);
  }
  afterEach(closeAll);

  for (const { name, start } of serverKinds) {
    for (const [driverName, driver] of Object.entries(drivers)) {
      it(`${statements} statements over ${name} with ${driverName}, from seed ${firstSeed} on`, async function () {
        this.timeout(60000 + statements * 50);
        const server = await start();
        for (let done = 0, seed = firstSeed; done < statements; done += stepsOfProgram, seed++) {
          const difference = await compare(server, driver, seed, stepsOfProgram);
          assert.equal(difference, undefined, `seed ${seed}: ${JSON.stringify(difference, null, 1)}`);
          await closeAll();
        }
      });
    }
  }
});
