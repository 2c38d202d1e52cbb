// Many clients in one process. Each connects, waits until all are there, and then queries now and then. Says what happened in one message.
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2/promise";

const [count = 0, queries = 0] = process.argv.slice(2).map(Number);
/** How many connect at the same moment. */
const connectingAtOnce = 100;

const login = JSON.parse(process.env.LOGIN ?? "{}") as ConnectionOptions;
const clients: Connection[] = [];
const errors: Record<string, number> = {};
let answered = 0;

function note(error: unknown): void {
  const { code = "unknown" } = error as { code?: string };
  errors[code] = (errors[code] ?? 0) + 1;
}

async function connectSome(): Promise<void> {
  while (started < count) {
    started++;
    await createConnection(login).then((client) => {
      client.on("error", note);
      clients.push(client);
    }, note);
  }
}

async function work(client: Connection, own: number): Promise<void> {
  for (let query = 0; query < queries; query++) {
    await sleep(1000 * Math.random());
    const [rows] = await client.query("SELECT ? AS own", [own]);
    if ((rows as { own: number }[])[0]?.own !== own) throw new Error("an answer for another client");
    answered++;
  }
}

let started = 0;
await Promise.all(Array.from({ length: connectingAtOnce }, connectSome));
process.send?.({ connected: clients.length, errors });
await once(process, "message");
await Promise.all(clients.map((client, own) => work(client, own).catch(note)));
process.send?.({ answered, errors });
for (const client of clients) client.destroy();
process.disconnect();
