import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import mariadb from "mariadb";
import mysql2 from "mysql2/promise";
import type { Step } from "./differentialProgram";
import { masterPassword, masterUser } from "./harness";

/** What a client sees of each step, as JSON. There are fewer than steps if the client has crashed. */
export type Outcomes = string[];

/** Runs a program over one connection to this port. `between` is called before each step. */
export type Driver = (port: number, steps: Step[], between: () => Promise<void>) => Promise<Outcomes>;

const login = { host: "127.0.0.1", user: masterUser, password: masterPassword, database: "differential" };

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

function ofError(error: unknown): string {
  const { errno, sqlState, sqlMessage, message } = error as Record<string, unknown>;
  // The numbers of prepared statements belong to the database connection.
  const words = String(sqlMessage ?? message).replace(/handler \(\d+\)/, "handler");
  return JSON.stringify({ errno, sqlState, message: words });
}

async function outcomes(
  steps: Step[],
  between: () => Promise<void>,
  run: (step: Step) => Promise<unknown>,
): Promise<Outcomes> {
  const seen: Outcomes = [];
  for (const step of steps) {
    await between();
    seen.push(await run(step).then((result) => JSON.stringify(result, plain), ofError));
  }
  return seen;
}

/** Everything that a definition tells, in a form that can be compared. */
function definitions(fields: unknown): unknown {
  if (Array.isArray(fields)) return fields.map(definitions);
  if (typeof fields !== "object" || fields === null) return fields;
  const { name, table, orgName, schema, characterSet, columnType, columnLength, flags, decimals } = fields as Record<
    string,
    unknown
  >;
  return { name, table, orgName, schema, characterSet, columnType, columnLength, flags, decimals };
}

const withMysql2: Driver = async (port, steps, between) => {
  const connection = await mysql2.createConnection({ ...login, port, multipleStatements: true, dateStrings: true });
  connection.on("error", () => undefined);
  try {
    return await outcomes(steps, between, async ({ how, sql, values }) => {
      if (how === "changeUser") return connection.changeUser({ database: "differential" });
      if (how === "reset") return connection.reset();
      if (how === "query") {
        const [result, fields] = await connection.query({ sql, rowsAsArray: true });
        return [result, definitions(fields)];
      }
      const [result, fields] = await connection.execute({ sql, rowsAsArray: true }, values);
      // A statement must not outlive its step, since SET NAMES changes what it would mean.
      connection.unprepare(sql);
      return [result, definitions(fields)];
    });
  } finally {
    connection.destroy();
  }
};

const withMariadb: Driver = async (port, steps, between) => {
  const connection = await mariadb.createConnection({
    ...login,
    port,
    multipleStatements: true,
    dateStrings: true,
    allowPublicKeyRetrieval: true,
    rowsAsArray: true,
    metaAsArray: true,
    // The proxy does not offer MARIADB_CLIENT_CACHE_METADATA, with which definitions of an old execution are kept.
    prepareCacheLength: 0,
    // If the reply to a failed PREPARE and that to the EXECUTE behind it arrive apart, version 3.5.4 never sends a
    // COM_CHANGE_USER that comes next. A relay that does nothing but wait between packets shows it too.
    pipelining: false,
    logger: { error: () => undefined },
  });
  try {
    return await outcomes(steps, between, async ({ how, sql, values }) => {
      if (how === "changeUser") return connection.changeUser({ ...login, port } as never);
      if (how === "reset") return connection.reset();
      return how === "query" ? connection.query(sql) : connection.execute(sql, values);
    });
  } finally {
    connection.destroy();
  }
};

/** Where scripts/get-drivers.sh puts the drivers of other languages. */
export const fetched = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "lambda-rds-proxy/drivers-2");

/** Runs a program in another language, which takes all steps at once. */
const inAnotherLanguage =
  (command: string, args: string[], canPrepare: boolean): Driver =>
  async (port, steps) => {
    const child = spawn(join(fetched, command), args, { stdio: ["pipe", "pipe", "inherit"] });
    const own = ownSteps(steps, canPrepare);
    child.stdin.end(JSON.stringify({ ...login, port, steps: canPrepare ? own : own.map(({ sql }) => sql) }));
    const ended = once(child, "close");
    const output = await text(child.stdout);
    const [code, signal] = (await ended) as [number | null, string | null];
    // mysqlclient crashes now and then, without the proxy too. What it has seen before can still be compared.
    if (signal === null && code !== 0) throw new Error(`${command} ${args.join(" ")} has ended with ${code}`);
    const lines = output.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as string);
  };

/** The steps that a driver in another language can run. */
function ownSteps(steps: Step[], canPrepare: boolean): Step[] {
  return steps.filter(({ how }) => how === "query" || (canPrepare && how === "execute"));
}

const differentialPy = join(__dirname, "../../../conformance/clients/differential.py");
const withPython = (module: string) => inAnotherLanguage("python/bin/python", [differentialPy, module], false);

export const hasModule = (module: string): boolean =>
  spawnSync(join(fetched, "python/bin/python"), ["-c", `import ${module}`]).status === 0;

/** The drivers, with what each can do beside text queries. */
export const drivers: Record<string, { run: Driver; ran: (steps: Step[]) => Step[] }> = {
  mysql2: { run: withMysql2, ran: (steps) => steps },
  mariadb: { run: withMariadb, ran: (steps) => steps },
};

/** Adds the drivers that scripts/get-drivers.sh has fetched. Returns the names of those that are missing. */
export function addFetchedDrivers(): string[] {
  const missing: string[] = [];
  for (const [name, module] of Object.entries({
    PyMySQL: "pymysql",
    "the C client": "MySQLdb",
    "Connector/Python": "mysql.connector",
  })) {
    if (hasModule(module)) drivers[name] = { run: withPython(module), ran: (steps) => ownSteps(steps, false) };
    else missing.push(name);
  }
  if (existsSync(join(fetched, "differential-go"))) {
    drivers["go-sql-driver"] = {
      run: inAnotherLanguage("differential-go", [], true),
      ran: (steps) => ownSteps(steps, true),
    };
  } else {
    missing.push("go-sql-driver");
  }
  return missing;
}
