import assert from "node:assert/strict";
import diagnostics from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { setImmediate as turnOfLoop, setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { sql } from "kysely";
import * as drizzle from "../../examples/drizzle/topCustomers";
import * as kysely from "../../examples/kysely/topCustomers";
import { callback, ConnectionError, Database, DatabaseError } from "../../handler";
import { closeAll, directly, sharedServer, startProxy } from "../local/rdsProxy/support/harness";
import { contextWith, environmentFor, likeInLambda } from "./support/client";
import { type Fault, FaultyPath } from "./support/faultyPath";

/** Milliseconds that the client keeps at the end of an invocation. */
const margin = 500;
/** Milliseconds that the last turns of the event loop may take. */
const grace = 100;

const large = "select n, repeat('x', 1000) as x from numbers";
const isLarge = (rows: unknown[]): boolean => rows.length === 40;

async function countOf(rows: AsyncIterable<unknown>): Promise<boolean> {
  const all: unknown[] = [];
  for await (const row of rows) all.push(row);
  return isLarge(all);
}

/** What callbacks do, each in one invocation. They return whether the answer was right. */
const calls = {
  read: async (database) => isLarge(await database.read(large)),
  readArrays: async (database) => isLarge(await database.readArrays(large)),
  together: async (database) => (await Promise.all([1, 2, 3].map(() => database.read(large)))).every(isLarge),
  snapshot: (database) => database.snapshot(async (tx) => isLarge(await tx.read(large))),
  stream: (database) => countOf(database.stream(large)),
  lent: (database) =>
    database.withConnection(async (connection) => isLarge((await connection.query(large))[0] as unknown[])),
  execute: async (database, id) => {
    const { affectedRows } = await database.execute("insert into written values (?, 1)", [id]);
    return affectedRows === 1;
  },
  transaction: (database, id) =>
    database.transaction(async (tx) => {
      await tx.execute("insert into written values (?, 1)", [id]);
      const { affectedRows } = await tx.execute("insert into written values (?, 2)", [id]);
      return affectedRows === 1;
    }),
  "Kysely's query": async (database) => isLarge((await sql.raw(large).execute(kysely.open(database))).rows),
  "Kysely's stream": (database) => countOf(kysely.open(database).selectFrom("orders").selectAll().stream()),
  "Drizzle's query": async (database) => isLarge(await drizzle.open(database).select().from(drizzle.orders)),
  "Drizzle's iterator": (database) => countOf(drizzle.open(database).select().from(drizzle.orders).iterator()),
} satisfies Record<string, (database: Database, id: number) => Promise<boolean>>;

type Call = keyof typeof calls;
const rowsPerCall: Partial<Record<Call, number>> = { execute: 1, transaction: 2 };

/** A container, what its network does, and what it is asked to do. */
interface Scenario {
  call: Call;
  fault: Fault;
  /** How many connections the fault happens to. */
  times: number;
  /** What happens to a connection to Secrets Manager, of this container or of another one. */
  secretFault: Fault | undefined;
  /** Milliseconds that each invocation has. */
  time: number;
  /** Seconds. */
  connectTimeout: number;
}

const faultWithin = (...bytes: fc.Arbitrary<number>[]): fc.Arbitrary<Fault> =>
  fc.record({
    kind: fc.constantFrom("close" as const, "reset" as const, "silence" as const, "delay" as const),
    direction: fc.constantFrom("toServer" as const, "toClient" as const),
    after: fc.oneof(...bytes),
  });

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  call: fc.constantFrom(...(Object.keys(calls) as Call[])),
  // A log-in takes about 1,000 bytes to the proxy and 2,500 from it; then come statements of 100 bytes and answers of 40,000.
  fault: faultWithin(fc.nat(1_200), fc.nat(3_000), fc.integer({ min: 1_000, max: 2_000 }), fc.nat(60_000)),
  times: fc.integer({ min: 1, max: 3 }),
  secretFault: fc.option(faultWithin(fc.nat(400)), { nil: undefined }),
  time: fc.integer({ min: margin + 300, max: margin + 1_500 }),
  connectTimeout: fc.constantFrom(0.3, 1, 5),
});

/** How invocations may fail, when the network does. */
const failures = ["ConnectionError", "ConnectionLostError", "OutOfTimeError"];

describe("whatever the network does, an invocation", function () {
  this.timeout(90_000);
  likeInLambda();
  const firstSeed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
  const size = 24;
  const paths: FaultyPath[] = [];
  const secretFaults: (Fault | undefined)[] = [];
  let port: number;

  before(async () => {
    // A schema of its own: the statements of other tests may still hold their tables.
    const connection = await directly(await sharedServer(), { multipleStatements: true });
    await connection.query(`
      create or replace database faulty;
      use faulty;
      create table numbers (n int);
      insert into numbers with recursive n (n) as (select 0 union all select n + 1 from n where n < 39) select n from n;
      create table orders (id int auto_increment primary key, customer varchar(1000), total int);
      insert into orders (customer, total) select repeat('x', 1000), n from numbers`);
    await connection.end();
    port = (await startProxy(await sharedServer(), { requireTls: true })).proxy.port;
    const secrets = new URL(process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? "");
    const path = await FaultyPath.open(Number(secrets.port), () => secretFaults.shift());
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${path.port}`;
    paths.push(path);
  });
  after(async () => {
    for (const path of paths) path.close();
    await closeAll();
  });

  /** @returns "right", the kind of the error, or what must not be */
  async function invoke(database: Database, call: Call, id: number, time: number): Promise<string> {
    const invocation = callback(() => calls[call](database, id));
    let isOver = false;
    const outcome = invocation({}, contextWith(time))
      .then(
        (isRight) => (isRight ? "right" : "wrong"),
        (error: unknown) => {
          // Drizzle puts an error of its own around those of its client.
          const failure = error instanceof DatabaseError ? error : (error as Error).cause;
          if (!(failure instanceof DatabaseError)) return String((error as Error).stack);
          return failure instanceof ConnectionError ? "ConnectionError" : failure.name;
        },
      )
      .finally(() => (isOver = true));
    // Both timers are of this process, so that one is late when the other is.
    const late = sleep(time - margin + grace).then(async () => {
      for (let turn = 0; turn < 5 && !isOver; turn++) await turnOfLoop();
      return isOver ? outcome : "too late";
    });
    return Promise.race([outcome, late]);
  }

  /** A container, and the network between it and the proxy. */
  async function open({ call, fault, times, time, connectTimeout }: Scenario) {
    let left = times;
    const path = await FaultyPath.open(port, () => (left-- > 0 ? fault : undefined));
    paths.push(path);
    const environment = { ...environmentFor(path.port), DB_NAME: "faulty", DB_CONNECT_TIMEOUT: String(connectTimeout) };
    const database = new Database(environment);
    /** From now on the network is good, and a busy machine may take its time. */
    const heal = () => {
      path.heal();
      environment.DB_CONNECT_TIMEOUT = "30";
    };
    return { database, call, time, port: path.port, heal };
  }

  for (let seed = firstSeed; seed < firstSeed + Number(process.env.FUZZ_ROUNDS ?? 1); seed++) {
    it(`returns what is right or says why not, in time; writes once at most; and the next one works (seed ${seed})`, async () => {
      const admin = await directly(await sharedServer(), { database: "faulty" });
      await admin.query("create or replace table written (id int, part int)");
      const clients: Socket[] = [];
      const watch = (message: unknown): void => void clients.push((message as { socket: Socket }).socket);
      diagnostics.subscribe("net.client.socket", watch);

      const sample = fc.sample(scenarios, { seed, numRuns: size });
      secretFaults.push(...sample.map(({ secretFault }) => secretFault));
      const containers = await Promise.all(sample.map(open));
      const stories = await Promise.all(
        containers.map(async ({ database, call, time }, index) => {
          const outcomes: string[] = [];
          for (let id = 3 * index; id < 3 * index + 3; id++) {
            outcomes.push(await invoke(database, call, id, time));
          }
          return outcomes;
        }),
      );
      secretFaults.length = 0;
      const afterwards = await Promise.all(
        containers.map(async ({ database, heal }) => {
          heal();
          // A path that has just gone silent is noticed first.
          await invoke(database, "read", 0, margin + 300);
          const outcome = await invoke(database, "read", 0, 40_000);
          database.close();
          return outcome;
        }),
      );
      diagnostics.unsubscribe("net.client.socket", watch);
      const ports = new Set(containers.map((container) => container.port));
      const [written] = await admin.query("select id, count(*) as parts from written group by id");
      await admin.end();

      const parts = new Map((written as { id: number; parts: number }[]).map(({ id, parts }) => [id, parts]));
      sample.forEach(({ call }, index) => {
        const story = `${JSON.stringify(sample[index])}: ${stories[index]?.join()}, afterwards ${afterwards[index]}`;
        assert.equal(afterwards[index], "right", story);
        stories[index]?.forEach((outcome, round) => {
          assert.ok(outcome === "right" || failures.includes(outcome), story);
          const whole = rowsPerCall[call] ?? 0;
          const found = parts.get(3 * index + round) ?? 0;
          assert.ok(found === 0 || found === whole, `${story}: wrote ${found} rows`);
          if (outcome === "right") assert.equal(found, whole, story);
          if (outcome === "ConnectionError") assert.equal(found, 0, story);
        });
      });
      const left = clients.filter((socket) => ports.has(socket.remotePort ?? 0) && !socket.destroyed);
      assert.equal(left.length, 0, "no socket is left behind");
      const counts: Record<string, number> = {};
      for (const outcome of stories.flat()) counts[outcome] = (counts[outcome] ?? 0) + 1;
      console.log(`      ${JSON.stringify(counts)}`);
    });
  }
});
