import { attack } from "../local/rdsProxy/support/fuzz";
import { closeAll, sharedServer, startProxy } from "../local/rdsProxy/support/harness";
import { random } from "../local/rdsProxy/support/random";
import { RawClient } from "../local/rdsProxy/support/rawClient";

/** Attacks the proxy for FUZZ_SECONDS seconds, with the seeds from FUZZ_SEED on. The script `fuzz` runs it. */
describe("a long attack on the RDS Proxy stand-in", () => {
  const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
  let seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

  it(`is survived for ${seconds} s from seed ${seed} on`, async function () {
    this.timeout(seconds * 1000 + 60000);
    const server = await sharedServer();
    const { proxy } = await startProxy(server, {
      clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD",
      // The harness keeps log events, which would look like a leak.
      log: () => undefined,
    });
    const [start, megabytes] = [performance.now(), () => Math.round(process.memoryUsage().rss / 2 ** 20)];
    let attacks = 0;
    let warm: number | undefined;
    for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - start) / 1000) {
      await Promise.all(Array.from({ length: 50 }, () => attack(proxy.port, random(seed++))));
      attacks += 50;
      const client = await RawClient.connect(proxy.port);
      if ((await client.text("SELECT 42")) !== "42") throw new Error(`wrong answer after seed ${seed}`);
      client.close();
      if (elapsed > seconds / 4) warm ??= megabytes();
    }
    console.log(
      `      ${attacks} attacks; resident memory ${warm} MB after a quarter of the time, ${megabytes()} MB in the end`,
    );
    await closeAll();
  });
});
