import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** What a process of its own writes, that logs like this. */
function logged(code: string, environment: Record<string, string> = {}): Record<string, any>[] {
  const handler = JSON.stringify(join(process.cwd(), "handler"));
  const script = `const { logger, callback } = require(${handler}); ${code}`;
  const output = execFileSync(process.execPath, ["-r", "./scripts/typescript.cjs", "-e", script], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  return output
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, any>);
}

const context = `{ awsRequestId: "r-1", functionName: "read", invokedFunctionArn: "arn:read", memoryLimitInMB: "256",
  getRemainingTimeInMillis: () => 5000 }`;

describe("the log", () => {
  it("is one JSON object per line, with the invocation that it belongs to", () => {
    const [outside, cold, warm] = logged(
      `logger.info("outside", { rows: [1n] });
       const run = callback(async () => logger.warn("inside"));
       run({}, ${context}).then(() => run({}, ${context}));`,
      { _X_AMZN_TRACE_ID: "Root=1-abc;Parent=def" },
    );
    assert.deepEqual([outside?.level, outside?.message, outside?.rows], ["INFO", "outside", ["1"]]);
    assert.deepEqual(
      [cold?.level, cold?.function_request_id, cold?.function_name, cold?.function_memory_size, cold?.cold_start],
      ["WARN", "r-1", "read", "256", true],
    );
    assert.deepEqual([warm?.cold_start, warm?.xray_trace_id, warm?.service], [false, "1-abc", "rds-proxy-client"]);
    assert.ok(!Number.isNaN(Date.parse(String(warm?.timestamp))));
  });

  it("shows errors with their causes, and nothing that drivers attach to them", () => {
    const [line] = logged(`
      const cause = Object.assign(new Error("Access denied"), { errno: 1045, sql: "select 'a secret value'" });
      cause.itself = cause;
      logger.error("failed", new RangeError("no", { cause }));`);
    assert.deepEqual([line?.error.name, line?.error.cause.errno], ["RangeError", 1045]);
    assert.match(line?.error.stack, /^RangeError: no\n/);
    assert.doesNotMatch(JSON.stringify(line), /a secret value/);
  });

  it("has the level and the service that the environment says", () => {
    const all = `for (const level of ["debug", "info", "warn", "error"]) logger[level](level);`;
    const levels = (environment: Record<string, string>) =>
      logged(all, environment).map(({ message }) => message as string);
    assert.deepEqual(levels({}), ["info", "warn", "error"]);
    assert.deepEqual(levels({ POWERTOOLS_LOG_LEVEL: "debug" }), ["debug", "info", "warn", "error"]);
    assert.deepEqual(levels({ AWS_LAMBDA_LOG_LEVEL: "ERROR" }), ["error"]);
    assert.deepEqual(levels({ POWERTOOLS_LOG_LEVEL: "silent" }), []);
    assert.equal(logged(all, { POWERTOOLS_SERVICE_NAME: "orders" })[0]?.service, "orders");
  });
});
