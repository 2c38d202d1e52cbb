import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { Ports } from "../../../local/account/ports";

describe("the ports of a stand-in", () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close();
      await once(server, "close");
    }
  });

  async function listen(port: number): Promise<{ port: number }> {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    return { port: (server.address() as AddressInfo).port };
  }

  const folder = (values: Record<string, unknown> = {}) => ({
    values,
    get: (key: string) => values[key],
    set: (key: string, value: unknown) => {
      values[key] = value;
    },
  });
  const given = (port: number) => Promise.resolve({ port });

  it("are free ones, unless one is asked for", async () => {
    const { port } = await new Ports(undefined, undefined).listen("proxy", listen);
    assert.ok(port > 0);
  });

  it("begin with --port, and each further one is the next", async () => {
    const ports = new Ports(13306, undefined);
    const all = await Promise.all(["one", "two", "three"].map((name) => ports.listen(name, given)));
    assert.deepEqual(
      all.map(({ port }) => port),
      [13306, 13307, 13308],
    );
  });

  it("stay the same in the next run, in whatever order, unless --port is another one", async () => {
    const kept = folder();
    const first = new Ports(13306, kept);
    for (const name of ["one", "two"]) await first.listen(name, given);
    const second = new Ports(undefined, kept);
    assert.deepEqual(await second.listen("two", given), { port: 13307 });
    assert.deepEqual(await new Ports(13306, kept).listen("two", given), { port: 13307 });
    assert.deepEqual(await new Ports(14000, kept).listen("two", given), { port: 14000 });
  });

  it("are free again for others when who had one is deleted", async () => {
    const ports = new Ports(13306, undefined);
    await ports.listen("one", given);
    ports.forget("one");
    assert.deepEqual(await ports.listen("two", given), { port: 13306 });
  });

  it("are refused when another program has one, before anything is made", async () => {
    const { port } = await listen(0);
    const message = `Another program uses port ${port}: end that program, or choose another port with --port.`;
    const ports = new Ports(port, undefined);
    await assert.rejects(ports.checkFirst(), { message });
    await assert.rejects(ports.listen("proxy", listen), { message });
  });
});
