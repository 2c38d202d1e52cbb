import { sharedServer, closeAll, startProxy, value } from "./harness";
import { attack } from "./fuzz";
import { random } from "./random";

/** Attacks the proxy for as many seconds as FUZZ_SECONDS says, from the seed FUZZ_SEED on; see the script `fuzz`. */
describe("a long attack on the RDS Proxy stand-in", () => {
  const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
  let seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

  it(`is survived for ${seconds} s from seed ${seed} on`, async function () {
    this.timeout(seconds * 1000 + 60000);
    const server = await sharedServer();
    const { proxy, connect } = await startProxy(server, {
      clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD",
      // Kept log events would look like a leak.
      log: () => undefined,
    });
    const end = performance.now() + seconds * 1000;
    let attacks = 0;
    while (performance.now() < end) {
      await Promise.all(Array.from({ length: 50 }, () => attack(proxy.port, random(seed++))));
      attacks += 50;
      const client = await connect();
      if ((await value(client, "SELECT 42")) !== 42) throw new Error(`wrong answer after seed ${seed}`);
      await client.end();
    }
    const { rss } = process.memoryUsage();
    console.log(`      ${attacks} attacks, resident memory ${Math.round(rss / 2 ** 20)} MB`);
    await closeAll();
  });
});
