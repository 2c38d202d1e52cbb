import assert from "node:assert/strict";
import { variablesOfCoverage } from "../local/support";
import { runOnStandIn } from "./support/runProgram";

describe("the stand-in explains a mistake that costs an hour on AWS:", () => {
  it("a proxy that no rule lets into the database", async () => {
    await assert.rejects(
      runOnStandIn("noWayToDatabase"),
      /The target of proxy \S+ is UNAVAILABLE, UNREACHABLE: .*security group \S+ "sample-database-\w+" has no inbound rule for tcp 3306 from security group \S+ "sample-proxy-\w+"/s,
    );
  });

  it("one security group for both proxy and database, which no rule lets talk to itself", async () => {
    await assert.rejects(
      runOnStandIn("oneGroupForBoth"),
      /UNAVAILABLE, UNREACHABLE: .*security group (\S+) "\S+" has no inbound rule for tcp 3306 from security group \1 /s,
    );
  });

  it("a secret with another password than the database's", async () => {
    await assert.rejects(runOnStandIn("wrongPassword"), (error: Error) => {
      assert.match(error.message, /is UNAVAILABLE, AUTH_FAILURE: /);
      assert.ok(!error.message.includes("another-password"));
      return true;
    });
  });

  it("a proxy whose role may not read the secret", async () => {
    await assert.rejects(
      runOnStandIn("roleWithoutGrant"),
      /is UNAVAILABLE, AUTH_FAILURE: .*not authorized to perform: secretsmanager:GetSecretValue/s,
    );
  });

  it("a function that the proxy's group does not let in, whose connection attempt times out", async () => {
    await assert.rejects(runOnStandIn("functionNotLetIn"), (error: Error & { log?: string[] }) => {
      assert.match(
        error.message,
        /"errorType":"UnreachableError","errorMessage":"[^"]*within 2\.0 seconds \(connect ETIMEDOUT\)/,
      );
      const explained = error.log?.some((line) =>
        /is dropped: security group \S+ "sample-proxy-\w+" has no inbound rule/.test(line),
      );
      assert.ok(explained, error.log?.join("\n"));
      return true;
    });
  });

  it("a function whose role may connect as another user only, whose token is refused", async () => {
    await assert.rejects(runOnStandIn("tokenWithoutGrant"), (error: Error & { log?: string[] }) => {
      assert.match(error.message, /"errorType":"LoginRefusedError"/);
      assert.match(
        error.message,
        /refused to let app in \(error 1045: Access denied for user .* the role needs rds-db:connect for this user/,
      );
      assert.ok(error.log?.some((line) => line.includes("rds-db:connect is not allowed for this user")));
      return true;
    });
  });
});

const sampleRows = [
  [1, "taro"],
  [2, "hanako"],
];

describe("functions on the stand-in", () => {
  it("may log in as a user that can only read, with a secret of its own", async () => {
    const { outputs } = await runOnStandIn("furtherUser");
    const { user, rows, write } = outputs.report?.value as Record<string, unknown>;
    assert.deepEqual([user, rows], ["reporting@%", sampleRows]);
    assert.equal(write, 1142); // DELETE command denied
    assert.match(String(outputs.other?.value), /^other-proxy-/);
  });

  it("read through the endpoint for readers, where a write fails that the other endpoint lets through", async () => {
    const { outputs } = await runOnStandIn("readers");
    const readers = outputs.throughReaders?.value as Record<string, unknown>;
    const writer = outputs.throughWriter?.value as Record<string, unknown>;
    assert.equal(readers.host, outputs.readOnlyEndpoint?.value);
    assert.notEqual(writer.host, readers.host);
    assert.deepEqual([readers.rows, writer.rows], [sampleRows, sampleRows]);
    // Not permitted in a read-only transaction.
    assert.deepEqual([readers.write, writer.write], [1792, "written"]);
  });

  it("get RDS Proxy's own error, not a time-out, when no database connection is free", async () => {
    const { outputs } = await runOnStandIn("oneConnection");
    const { errno, message, seconds } = outputs.outcome?.value as { errno: number; message: string; seconds: number };
    assert.equal(errno, 9501, message);
    assert.ok(seconds >= 1, `${seconds} s`);
  });
});

describe("a callback in its container", () => {
  it("finds the program's variables and Lambda's own, and none of this machine's", async () => {
    process.env.SECRET_OF_THIS_MACHINE = "not for functions";
    try {
      const { outputs } = await runOnStandIn("callbackOfItsOwn");
      assert.deepEqual(outputs.found?.value, {
        invocations: 1,
        variables: [
          "AWS_ACCESS_KEY_ID",
          "AWS_DEFAULT_REGION",
          "AWS_EXECUTION_ENV",
          "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
          "AWS_LAMBDA_FUNCTION_NAME",
          "AWS_LAMBDA_FUNCTION_VERSION",
          "AWS_LAMBDA_INITIALIZATION_TYPE",
          "AWS_LAMBDA_LOG_GROUP_NAME",
          "AWS_LAMBDA_LOG_STREAM_NAME",
          "AWS_REGION",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "DB_AUTH",
          "DB_CONNECT_TIMEOUT",
          "DB_ENDPOINT",
          "DB_NAME",
          "DB_PORT",
          "DB_SECRET_ARN",
          "DB_USER",
          "HOME",
          "LAMBDA_TASK_ROOT",
          "LANG",
          "NODE_EXTRA_CA_CERTS",
          ...variablesOfCoverage,
          "TMPDIR",
          "TZ",
          "_HANDLER",
        ],
      });
    } finally {
      delete process.env.SECRET_OF_THIS_MACHINE;
    }
  });
});
