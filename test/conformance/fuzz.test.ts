import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { attack } from "../local/rdsProxy/support/fuzz";
import { closeAll, sharedServer, startProxy } from "../local/rdsProxy/support/harness";
import { random } from "../local/rdsProxy/support/random";
import { RawClient } from "../local/rdsProxy/support/rawClient";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** How many attacks go on at the same time. */
const together = 50;
/** How much more memory than after a quarter of the packets may be in use at the end, in bytes. A leak of ten bytes a packet is more. */
const tolerance = 8e6;

/** Sends FUZZ_PACKETS hostile packets, with the seeds from FUZZ_SEED on. The script `fuzz` runs it. */
describe("a long attack on the RDS Proxy stand-in", () => {
  const packets = Number(process.env.FUZZ_PACKETS ?? 1e6);
  let seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

  it(`of ${packets} packets from seed ${seed} on is survived, and memory stays flat`, async function () {
    this.timeout(60_000 + packets * 2);
    const server = await sharedServer();
    const { proxy } = await startProxy(server, {
      clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD",
      // The harness keeps log events, which would look like a leak.
      log: () => undefined,
    });
    let sent = 0;
    const inUse: number[] = [];
    for (let quarter = 1; quarter <= 4; quarter++) {
      while (sent < (packets * quarter) / 4) {
        const counts = await Promise.all(Array.from({ length: together }, () => attack(proxy.port, random(seed++))));
        sent += counts.reduce((sum, count) => sum + count, 0);
        const client = await RawClient.connect(proxy.port);
        if ((await client.text("SELECT 42")) !== "42") throw new Error(`wrong answer after seed ${seed}`);
        client.close();
      }
      inUse.push(await memoryInUse());
      console.log(
        `      ${sent} packets: ${megabytes(inUse.at(-1))} in use, ${megabytes(process.memoryUsage().rss)} resident`,
      );
    }
    const [first = 0, last = 0] = [inUse[0], inUse.at(-1)];
    assert.ok(last - first < tolerance, `${megabytes(first)} have grown to ${megabytes(last)}`);
    await closeAll();
  });
});

const megabytes = (bytes = 0): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** What JavaScript and its buffers use, once all that nobody needs is gone. */
async function memoryInUse(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
