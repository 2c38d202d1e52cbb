import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Server } from "node:net";
import { closeAll, directly, sharedServer, startProxy } from "../local/rdsProxy/support/harness";
import { Containers } from "./support/containers";

/** How long each invocation may take, in seconds. If it took longer, Lambda would end it with an error of its own. */
const timeout = 8;

describe("one clear error in Lambda's shape, in time, comes of", function () {
  this.timeout(60_000);
  let containers: Containers;
  const silent: Server = createServer((socket) => socket.on("error", () => undefined));

  before(async () => {
    containers = await Containers.open();
    const server = await sharedServer();
    const connection = await directly(server, { database: "test" });
    await connection.query("create or replace table sample (id int, value varchar(10))");
    await connection.end();
    const { proxy } = await startProxy(server, { requireTls: true, tls: containers.certificate() });
    containers.leadTo(proxy.port);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    silent.close();
    await closeAll();
    await containers.close();
  });

  const arn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:";
  const missing = `${arn}nowhere`;
  const noDatabase =
    "select repeat('x', 1000) as x from information_schema.columns a, information_schema.columns b limit 7000";

  const cases: [
    title: string,
    variables: Record<string, string>,
    sql: string | undefined,
    errorType: string,
    message: RegExp,
    around?: () => (() => void) | undefined,
  ][] = [
    [
      "a secret that the role may not read",
      { DB_SECRET_ARN: missing },
      undefined,
      "SecretError",
      /ResourceNotFound.*GetSecretValue/,
    ],
    ["a secret that is not JSON", {}, undefined, "SecretError", /not a JSON object/, secretOf("hunter2")],
    [
      "a secret without a password",
      {},
      undefined,
      "SecretError",
      /not a JSON object with a text "password"/,
      secretOf('{"username":"admin"}'),
    ],
    ["a secret without a value", {}, undefined, "SecretError", /staging label/, secretOf(undefined)],
    ["a wrong password", {}, undefined, "LoginRefusedError", /1045/, secretOf('{"password":"wrong"}')],
    [
      "Secrets Manager that nobody reaches",
      { AWS_ENDPOINT_URL_SECRETS_MANAGER: "https://nowhere.test" },
      undefined,
      "SecretError",
      /interface endpoint/,
    ],
    ["a wrong schema", { DB_NAME: "nowhere" }, undefined, "UnknownSchemaError", /nowhere/],
    ["a missing table", {}, "select * from nowhere", "StatementError", /nowhere/],
    ["a proxy that nobody knows", { DB_ENDPOINT: "proxy.nowhere.test" }, undefined, "UnreachableError", /DB_ENDPOINT/],
    ["an environment without a user", { DB_USER: "" }, undefined, "EnvironmentError", /lacks DB_USER/],
    ["an environment with a malformed port", { DB_PORT: "mysql" }, undefined, "EnvironmentError", /DB_PORT="mysql"/],
    ["a result over Lambda's 6 MB", {}, noDatabase, "ResultError", /Lambda returns 6291456 at most/],
    ["a statement that takes too long", {}, "select sleep(60)", "OutOfTimeError", /No time is left/],
  ];

  /** Stores another value in the secret for one case, and the right one afterwards. */
  function secretOf(value: string | undefined): () => () => void {
    return () => {
      containers.storeSecret(value);
      return () => {
        containers.storeSecret(JSON.stringify({ username: "admin", password: "master-password-1" }));
      };
    };
  }

  cases.forEach(([title, variables, sql, errorType, message, around], index) => {
    it(title, async () => {
      const name = `mistake-${index}`;
      await containers.deploy(name, variables, timeout);
      const undo = around?.();
      const ending = await containers.invoke(name, { ...(sql !== undefined && { sql }) });
      undo?.();
      assert.ok("error" in ending, JSON.stringify(ending).slice(0, 200));
      assert.equal(ending.error.errorType, errorType, JSON.stringify(ending.error));
      assert.match(ending.error.errorMessage, message);
      assert.ok(!ending.error.errorMessage.includes("hunter2"));
    });
  });

  for (const [title, names] of [
    ["a certificate for another name", ["elsewhere.test"]],
    ["a certificate of nobody whom Node trusts", undefined],
  ] as const) {
    it(title, async () => {
      const tls = names === undefined ? undefined : containers.account.authority.issue([...names]);
      const { proxy } = await startProxy(await sharedServer(), { requireTls: true, ...(tls && { tls }) });
      const { network } = containers.account;
      const host = "other-proxy.test";
      network.name(host, network.attach(["subnet-1"], ["sg-open"]));
      network.listen(host, 3306, { host: "127.0.0.1", port: proxy.port });
      await containers.deploy("certificate", { DB_ENDPOINT: host }, timeout);
      const ending = await containers.invoke("certificate");
      assert.ok("error" in ending && ending.error.errorType === "CertificateError", JSON.stringify(ending));
      assert.match(ending.error.errorMessage, /No trusted TLS connection to other-proxy\.test: .*DB_ENDPOINT/);
    });
  }

  it("Secrets Manager that does not answer", async () => {
    const { network } = containers.account;
    network.addPublicService("silent.test", { host: "127.0.0.1", port: (silent.address() as AddressInfo).port });
    await containers.deploy("slow", { AWS_ENDPOINT_URL_SECRETS_MANAGER: "https://silent.test" }, timeout);
    const ending = await containers.invoke("slow");
    assert.ok("error" in ending && /^(Secret|OutOfTime)Error$/.test(ending.error.errorType), JSON.stringify(ending));
    assert.match(ending.error.errorMessage, /Secrets Manager/);
  });
});
