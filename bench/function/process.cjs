// One container: loads a package as Lambda does, and tells how long that took. Its argument is the package's folder.
const { performance } = require("node:perf_hooks");

const [folder, mode] = process.argv.slice(2);

/** Of one invocation. */
function context() {
  const end = Date.now() + 60_000;
  return { awsRequestId: "bench", functionName: "bench", getRemainingTimeInMillis: () => end - Date.now() };
}

async function main() {
  const started = performance.now();
  const { handler } = require(`${folder}/index.js`);
  const load = performance.now() - started;
  if (mode === "load") return { load };
  const rows = await handler({}, context());
  const firstRow = performance.now() - started;
  const memory = process.memoryUsage().rss / 2 ** 20;
  if (mode !== "warm") return { load, firstRow, rows, memory };
  return { load, firstRow, rows, memory, warm: await warm(handler) };
}

/** Medians of invocations and of mysql2's own queries on an open connection, turn by turn, in microseconds. */
async function warm(handler) {
  const mysql2 = require("mysql2");
  const { DB_PORT, DB_USER, DB_NAME, BENCH_PASSWORD } = process.env;
  const connection = mysql2.createConnection({
    host: "localhost",
    port: Number(DB_PORT),
    user: DB_USER,
    password: BENCH_PASSWORD,
    database: DB_NAME,
    ssl: { minVersion: "TLSv1.2", verifyIdentity: true },
  });
  const bare = () =>
    new Promise((resolve, reject) => {
      connection.query({ sql: "select * from sample", rowsAsArray: true }, (error, rows) => {
        if (error) reject(error);
        else resolve(rows);
      });
    });
  const times = { handler: [], bare: [] };
  const measure = async (kind, run) => {
    const started = performance.now();
    await run();
    times[kind].push((performance.now() - started) * 1000);
  };
  for (let round = 0; round < 10_000; round++) {
    const turns = [
      ["handler", () => handler({}, context())],
      ["bare", bare],
    ];
    if (round % 2 === 1) turns.reverse();
    for (const [kind, run] of turns) await measure(kind, run);
  }
  connection.destroy();
  const median = (values) => values.slice(2_000).sort((a, b) => a - b)[(values.length - 2_000) >> 1];
  return { handler: median(times.handler), bare: median(times.bare) };
}

main().then(
  (figures) => {
    console.error(JSON.stringify(figures));
    process.exit(0);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
