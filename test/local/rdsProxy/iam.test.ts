import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { createConnection } from "mysql2/promise";
import type { MysqlServer } from "../../../local/mysqlServer";
import type { IamDirectory } from "../../../local/rdsProxy";
import { refusalOfToken } from "../../../local/rdsProxy/auth/iamToken";
import { closeAll, login, masterUser, proxyEndpoint, sharedServer, startProxy, value } from "./support/harness";

const signingRegion = "ap-northeast-1";
const accessKey = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example-secret-key" };

/** A hash as the AWS SDK's signer needs it. */
class Sha256 {
  private readonly hash: { update(data: Uint8Array | string): unknown; digest(): Buffer };
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as string);
  }
  update(data: Uint8Array | string): void {
    this.hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }
  reset(): void {
    throw new Error("not needed");
  }
}

interface TokenOptions {
  host?: string;
  user?: string;
  region?: string;
  key?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  signingDate?: Date;
  expiresIn?: number;
  action?: string;
}

/** Makes a token with the AWS SDK's own signer, as @aws-sdk/rds-signer does. */
async function token(options: TokenOptions = {}): Promise<string> {
  const {
    host = proxyEndpoint,
    user = masterUser,
    region = signingRegion,
    key = accessKey,
    signingDate,
    expiresIn = 900,
    action = "connect",
  } = options;
  const signer = new SignatureV4({ service: "rds-db", region, credentials: key, sha256: Sha256 });
  const request = {
    method: "GET",
    protocol: "https:",
    hostname: host,
    port: 3306,
    path: "/",
    query: { Action: action, DBUser: user },
    headers: { host: `${host}:3306` },
  };
  const { query } = await signer.presign(request, { expiresIn, ...(signingDate && { signingDate }) });
  const parameters = Object.entries(query ?? {}).map(([name, item]) => `${name}=${encodeURIComponent(String(item))}`);
  return `${host}:3306/?${parameters.join("&")}`;
}

const directory = (allowed = true): IamDirectory => ({
  region: signingRegion,
  principal: (id) => (id === accessKey.accessKeyId ? { secretAccessKey: accessKey.secretAccessKey } : undefined),
  mayConnect: (id, user) => allowed && id === accessKey.accessKeyId && user === masterUser,
});

describe("IAM tokens at the RDS Proxy stand-in", () => {
  let server: MysqlServer;
  before(async () => {
    server = await sharedServer();
  });
  afterEach(closeAll);

  const check = async (options: TokenOptions = {}, given: Partial<Parameters<typeof refusalOfToken>[0]> = {}) =>
    refusalOfToken({
      token: await token(options),
      user: masterUser,
      host: proxyEndpoint,
      directory: directory(),
      ...given,
    });

  it("are accepted when the AWS SDK signed them for this host, user and region", async () => {
    assert.equal(await check(), undefined);
  });

  const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60000);
  const refused: [string, TokenOptions, RegExp][] = [
    ["another host", { host: "other.test.local" }, /host other/],
    ["another user", { user: "root" }, /user root/],
    ["another region", { region: "eu-west-1" }, /eu-west-1/],
    ["another action", { action: "drop" }, /action/],
    ["an unknown access key", { key: { ...accessKey, accessKeyId: "AKIDOTHER" } }, /unknown access key/],
    ["a wrong secret key", { key: { ...accessKey, secretAccessKey: "guess" } }, /signature/],
    ["a time that has passed", { signingDate: minutesAgo(16) }, /expired/],
    ["a time that is to come", { signingDate: minutesAgo(-20) }, /future/],
    ["more than 15 minutes", { expiresIn: 3600 }, /lifetime/],
  ];
  for (const [what, options, reason] of refused) {
    it(`are refused when they are for ${what}`, async () => {
      assert.match((await check(options)) ?? "", reason);
    });
  }

  it("are refused when they were changed, when they are not tokens, and when rds-db:connect is not allowed", async () => {
    const good = await token();
    const changed = good.replace("DBUser=admin", "DBUser=root");
    assert.match((await check({}, { token: changed, user: "root" })) ?? "", /signature/);
    for (const bad of ["", "password", "::::", "x".repeat(20000)]) {
      assert.notEqual(await check({}, { token: bad }), undefined);
    }
    assert.match((await check({}, { directory: directory(false) })) ?? "", /rds-db:connect/);
  });

  it("need the session token of temporary credentials", async () => {
    const temporary = {
      ...directory(),
      principal: () => ({ secretAccessKey: accessKey.secretAccessKey, sessionToken: "session" }),
    };
    assert.equal(await check({ key: { ...accessKey, sessionToken: "session" } }, { directory: temporary }), undefined);
    assert.match((await check({}, { directory: temporary })) ?? "", /session token/);
  });

  it("log a client in over TLS, and nothing else does", async () => {
    const { proxy } = await startProxy(server, { iamAuth: "REQUIRED", iam: directory() });
    const options = { ...login(proxy.port), enableCleartextPlugin: true };
    const client = await createConnection({ ...options, password: await token() });
    assert.match(String(await value(client, "SELECT CURRENT_USER()")), /^admin@/);
    await client.end();
    const refusals = [
      { ...options, password: await token({ user: "root" }) },
      { ...options, password: "master-password-1" },
      { ...options, password: await token(), ssl: undefined },
    ];
    for (const refusal of refusals) {
      await assert.rejects(createConnection(refusal), (error: { errno?: number }) => error.errno === 1045);
    }
  });
});
