import assert from "node:assert/strict";
import { isAccessDenied, isConnectionError, isLostConnection } from "../../handler/errors";

const failure = (properties: object) => Object.assign(new Error("failed"), properties);

/** Errors as mysql2, Node and the AWS SDK make them. */
const refusedByNetwork = failure({ code: "ECONNREFUSED", errno: -111 });
const connectTimeout = failure({ code: "ETIMEDOUT" });
const lost = failure({ code: "PROTOCOL_CONNECTION_LOST" });
const borrowTimeout = failure({ errno: 9501, sqlState: "HY000" });
const wrongPassword = failure({ code: "ER_ACCESS_DENIED_ERROR", errno: 1045, sqlState: "28000" });
const tlsRequired = failure({ errno: 3159, sqlState: "HY000" });
const secretRefused = failure({ name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } });
const noSuchTable = failure({ code: "ER_NO_SUCH_TABLE", errno: 1146, sqlState: "42S02" });
const mistake = new TypeError("x is not a function");

describe("among errors,", () => {
  for (const [name, error] of Object.entries({
    refusedByNetwork,
    connectTimeout,
    lost,
    borrowTimeout,
    wrongPassword,
    tlsRequired,
    secretRefused,
  })) {
    it(`${name} is an error of the connection`, () => {
      assert.equal(isConnectionError(error), true);
    });
  }

  for (const [name, error] of Object.entries({ noSuchTable, mistake, notAnError: "text" })) {
    it(`${name} is not an error of the connection`, () => {
      assert.equal(isConnectionError(error), false);
    });
  }

  it("only a closed connection is a reason to try a read again", () => {
    const all = [lost, failure({ code: "ECONNRESET" }), connectTimeout, borrowTimeout, wrongPassword, noSuchTable];
    assert.deepEqual(all.map(isLostConnection), [true, true, false, false, false, false]);
  });

  it("only a refused log-in is a reason to read the secret again", () => {
    assert.deepEqual([wrongPassword, borrowTimeout, secretRefused].map(isAccessDenied), [true, false, false]);
  });
});
