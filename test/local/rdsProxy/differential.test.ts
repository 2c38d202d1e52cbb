import assert from "node:assert/strict";
import { compare } from "./support/differential";
import { drivers } from "./support/differentialDrivers";
import { closeAll, serverKinds } from "./support/harness";

const seeds = [1, 2, 3];
const steps = 120;

for (const { name, start } of serverKinds) {
  describe(`a random program over ${name}`, () => {
    afterEach(closeAll);
    for (const [driverName, driver] of Object.entries(drivers)) {
      it(`has the same results through the proxy as without it, with ${driverName}`, async function () {
        this.timeout(60000);
        const server = await start();
        for (const seed of seeds) assert.equal(await compare(server, driver, seed, steps), undefined);
      });
    }
  });
}
