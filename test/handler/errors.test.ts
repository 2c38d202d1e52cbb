import assert from "node:assert/strict";
import * as handler from "../../handler";
import { outOfTime } from "../../handler/deadline";
import { connectFailure, isLost, statementFailure } from "../../handler/driverErrors";

const failure = (properties: object) => Object.assign(new Error("failed"), properties);

/** As mysql2 and Node make them. */
const lost = failure({ code: "PROTOCOL_CONNECTION_LOST" });
const shutdown = failure({ code: "ER_SERVER_SHUTDOWN", errno: 1053, sqlState: "08S01" });
const borrowTimeout = failure({ errno: 9501, sqlState: "HY000" });
const wrongPassword = failure({ code: "ER_ACCESS_DENIED_ERROR", errno: 1045, sqlState: "28000" });
const noSuchTable = failure({ code: "ER_NO_SUCH_TABLE", errno: 1146, sqlState: "42S02" });
const whileConnecting = { host: "proxy.test", user: "app", database: "test", seconds: 5 };

describe("a failure to connect is", () => {
  for (const [title, error, kind, remedy] of [
    ["of the network", failure({ code: "ECONNREFUSED" }), "UnreachableError", "DB_ENDPOINT"],
    ["of the network too when nobody answers", failure({ code: "ETIMEDOUT" }), "UnreachableError", "security groups"],
    ["of the network too when the log-in breaks off", lost, "UnreachableError", "the proxy is available"],
    ["of the certificate", failure({ code: "HANDSHAKE_SSL_ERROR" }), "CertificateError", "own name"],
    ["of TLS that is missing", failure({ errno: 3159, sqlState: "HY000" }), "CertificateError", "TLS"],
    ["of the log-in", wrongPassword, "LoginRefusedError", "rds-db:connect"],
    ["of the pool", borrowTimeout, "NoConnectionError", "transactions short"],
    ["of the pool too with 1040", failure({ errno: 1040, sqlState: "08004" }), "NoConnectionError", "in use"],
    ["of the schema", failure({ errno: 1049, sqlState: "42000" }), "UnknownSchemaError", "create it"],
  ] as const) {
    it(`one ${title}`, () => {
      const typed = connectFailure(error, whileConnecting);
      assert.equal(typed.name, kind);
      assert.ok(typed instanceof handler[kind], `${typed.name} is exported`);
      assert.ok(typed instanceof handler.ConnectionError, "no statement was sent");
      assert.ok(typed.message.includes(remedy), typed.message);
      assert.equal(typed.cause, error);
      assert.equal(typed.errno, (error as { errno?: number }).errno);
    });
  }
});

describe("a failure of a statement is", () => {
  for (const [title, error, kind, remedy] of [
    ["of the connection", lost, "ConnectionLostError", "unknown whether"],
    ["of the connection too when the server shuts down", shutdown, "ConnectionLostError", "unknown whether"],
    ["of the pool", borrowTimeout, "NoConnectionError", "pins"],
    ["of a deadlock", failure({ errno: 1213, sqlState: "40001" }), "ConflictError", "conflictRetries"],
    ["of a lock", failure({ errno: 1205, sqlState: "HY000" }), "ConflictError", "conflictRetries"],
    ["of the statement itself", noSuchTable, "StatementError", "failed"],
  ] as const) {
    it(`one ${title}`, () => {
      const typed = statementFailure(error);
      assert.equal(typed.name, kind);
      assert.ok(typed.message.includes(remedy), typed.message);
      assert.equal(typed.cause, error);
    });
  }

  it("what it was when it comes by twice", () => {
    const typed = outOfTime("something");
    assert.equal(statementFailure(typed), typed);
    assert.equal(connectFailure(typed, whileConnecting), typed);
  });
});

it("a connection is lost when its socket or its session has ended, and not because a statement failed", () => {
  const reset = failure({ code: "ECONNRESET" });
  assert.deepEqual([lost, reset, shutdown].map(isLost), [true, true, true]);
  assert.deepEqual([failure({ code: "ETIMEDOUT" }), borrowTimeout, wrongPassword, noSuchTable].map(isLost), [
    false,
    false,
    false,
    false,
  ]);
});
