import type { Connection } from "mysql2/promise";
import type { MysqlServer } from "../../../../local/mysqlServer";
import { allowedDifference } from "./allowedDifferences";
import type { drivers } from "./differentialDrivers";
import { program, setUp } from "./differentialProgram";
import { directly, startProxy } from "./harness";
import { random } from "./random";

export interface Difference {
  step: number;
  /** The statements up to the one that differs. */
  statements: string[];
  direct: string;
  through: string;
}

/** Runs the program of a seed direct and then through a proxy of few connections, which other sessions use too. */
export async function compare(
  server: MysqlServer,
  driver: (typeof drivers)[string],
  seed: number,
  length: number,
): Promise<Difference | undefined> {
  const admin = await directly(server);
  const { proxy, connect } = await startProxy(server, {
    clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD",
    // Two connections for sessions: the program may pin one.
    config: { maxConnectionsPercent: 6 },
    // A long run must not collect the events.
    log: () => undefined,
  });
  const steps = program(random(seed), length);
  const dice = random(seed + 1);
  await reset(admin);
  const direct = await driver.run(server.port, steps, () => Promise.resolve());
  await reset(admin);
  const others = [await connect({ charset: "LATIN1_SWEDISH_CI" }), await connect({ database: "test" })];
  const through = await driver.run(proxy.port, steps, () => disturb(dice.pick(others), dice.below(8)));
  for (const other of others) other.destroy();
  await admin.end();
  await proxy.close();
  // Where the driver crashes without the proxy, nothing can be compared from there on.
  const ran = driver.ran(steps).slice(0, direct.length);
  for (const [step, { how, sql, values }] of ran.entries()) {
    const [expected = "nothing", found = "nothing"] = [direct[step], through[step]];
    if (expected === found || allowedDifference(sql, expected, found) !== undefined) continue;
    const statements = ran.slice(0, step).map((earlier) => `${earlier.how} ${earlier.sql.slice(0, 100)}`);
    statements.push(`${how} ${sql.slice(0, 200)} ${JSON.stringify(values ?? [])}`);
    return { step, statements, direct: expected, through: found };
  }
  return undefined;
}

async function reset(admin: Connection): Promise<void> {
  for (const sql of setUp) await admin.query(sql);
}

/** Lets another session change the state of whichever connection it gets. */
async function disturb(other: Connection, choice: number): Promise<void> {
  const statement = [
    "SET NAMES gbk",
    "USE test",
    "SET time_zone = '+03:00'",
    "SET sql_mode = ''",
    "SELECT missing",
    "INSERT INTO differential_b.things VALUES (LAST_INSERT_ID(77), 'x') ON DUPLICATE KEY UPDATE name = 'y'",
  ][choice];
  if (statement !== undefined) await other.query(statement).catch(() => undefined);
}
