import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import mariadb from "mariadb";
import mysql2 from "mysql2/promise";
import type { Step } from "./differentialProgram";
import { masterPassword, masterUser } from "./harness";

/** What a client sees of each step, as JSON. */
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

const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", "import pymysql"]).status === 0);

/** PyMySQL has no prepared statements, so it sends the queries only. */
const withPymysql: Driver = async (port, steps) => {
  const child = spawn(python ?? "python3", [join(__dirname, "differential.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(
    JSON.stringify({ ...login, port, steps: steps.filter(({ how }) => how === "query").map(({ sql }) => sql) }),
  );
  return JSON.parse(await text(child.stdout)) as Outcomes;
};

export const drivers: Record<string, Driver> = {
  mysql2: withMysql2,
  mariadb: withMariadb,
  ...(python !== undefined && { PyMySQL: withPymysql }),
};
