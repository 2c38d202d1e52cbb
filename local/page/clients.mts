/**
 * The clients of the page's load test: MySQL clients as Lambda's containers are. Each has one connection of its own, and uses it
 * now and then. They run in a process of their own, so that the proxy's process has time for the proxy.
 *
 * In the checkout, Node runs this TypeScript file directly, by removing the types.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, createConnection } from "mysql2/promise";
import type { Orders, Report, Work } from "./clientMessages.mts";

/** Milliseconds between two queries of a client, on average. */
const pause = 200;
/** How long a transaction takes, in seconds. */
const transactionSeconds = 0.5;
/** Milliseconds until a client that was refused comes again. */
const untilNextTry = 500;
const reportEvery = 500;
/** How many clients connect at the same moment. */
const connectingAtOnce = 20;

let orders: Orders | undefined;
const running = new Set<number>();
let connected = 0;
let connecting = 0;
let refused = 0;
let lastError: string | undefined;
let durations: number[] = [];

process.on("message", (message: Orders) => {
  orders = message;
  for (let number = 0; number < message.clients; number++) if (!running.has(number)) void run(number);
});
// Without the page's process nobody would end this one.
process.on("disconnect", () => process.exit());
setInterval(report, reportEvery);

const isWanted = (number: number): boolean => orders !== undefined && number < orders.clients;

async function run(number: number): Promise<void> {
  running.add(number);
  while (isWanted(number)) {
    await live(number).catch((error: unknown) => {
      refused++;
      lastError = (error as Error).message;
    });
    if (isWanted(number)) await sleep(untilNextTry * (0.5 + Math.random()));
  }
  running.delete(number);
}

/** One connection, from its beginning to its end. */
async function live(number: number): Promise<void> {
  const connection = await connect();
  connected++;
  try {
    while (isWanted(number)) {
      const started = performance.now();
      await work(connection, orders?.work ?? "query");
      durations.push(performance.now() - started);
      await sleep(pause * (0.5 + Math.random()));
    }
  } finally {
    connected--;
    connection.destroy();
  }
}

async function connect(): Promise<Connection> {
  while (connecting >= connectingAtOnce) await sleep(10);
  if (orders === undefined) throw new Error("There are no orders.");
  const { host, port, user, password, ca } = orders.connection;
  connecting++;
  try {
    const connection = await createConnection({
      host,
      port,
      user,
      password,
      ...(ca !== undefined && { ssl: { ca } }),
    });
    // Without a listener, a connection that breaks between two queries would end the process.
    connection.on("error", () => undefined);
    return connection;
  } finally {
    connecting--;
  }
}

async function work(connection: Connection, kind: Work): Promise<void> {
  if (kind === "query") {
    await connection.query("select 1");
    return;
  }
  await connection.query("start transaction");
  await connection.query(`select sleep(${transactionSeconds})`);
  await connection.query("commit");
}

function report(): void {
  const sorted = durations.sort((a, b) => a - b);
  const message: Report = {
    connected,
    refused,
    lastError,
    perSecond: Math.round((1000 * sorted.length) / reportEvery),
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  };
  durations = [];
  refused = 0;
  process.send?.(message);
}
