import assert from "node:assert/strict";
import { readEnvironment } from "../../handler/environment";

const complete = {
  DB_ENDPOINT: "proxy.test",
  DB_PORT: "3306",
  DB_NAME: "test",
  DB_USER: "admin",
  DB_CONNECT_TIMEOUT: "5",
  DB_AUTH: "password",
  DB_SECRET_ARN: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:sample",
};

describe("the environment of a callback", () => {
  it("holds the variables of ProxyClientFunction, and no others", () => {
    assert.deepEqual(readEnvironment({ ...complete, PATH: "/bin" }), complete);
  });

  it("has no secret where the callback logs in with IAM", () => {
    const environment = { ...complete, DB_AUTH: "iam", DB_SECRET_ARN: undefined };
    assert.equal("DB_SECRET_ARN" in readEnvironment(environment), false);
  });

  it("is refused in one sentence with the name of every variable that is missing or empty", () => {
    assert.throws(() => readEnvironment({ ...complete, DB_USER: undefined, DB_NAME: "" }), {
      message:
        "The environment lacks DB_NAME, DB_USER: deploy this callback with ProxyClientFunction, which sets them.",
    });
  });

  for (const [name, value, rule] of [
    ["DB_PORT", "mysql", "a port number"],
    ["DB_CONNECT_TIMEOUT", "5s", "a number of seconds"],
    ["DB_AUTH", "kerberos", '"password" or "iam"'],
  ] as const) {
    it(`is refused in one sentence when ${name} is ${value}`, () => {
      assert.throws(() => readEnvironment({ ...complete, [name]: value }), {
        name: "EnvironmentError",
        message:
          `The environment has ${name}="${value}", but it must be ${rule}: deploy this callback with ProxyClientFunction,` +
          " which sets it.",
      });
    });
  }
});
