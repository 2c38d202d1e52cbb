import assert from "node:assert/strict";
import tls from "node:tls";
import { type MysqlServer, startMysqlServer } from "../../../local/mysqlServer";
import { authority, masterPassword, masterUser } from "../../local/rdsProxy/support/harness";
import { contextWith, environmentFor, likeInLambda } from "../support/client";
import { userWith } from "./support/managed";

describe("the managing function that reaches the database itself", () => {
  likeInLambda();
  let server: MysqlServer;
  before(async () => {
    const certificate = authority.issue(["localhost"]);
    server = await startMysqlServer({ masterUser, masterPassword, maxConnections: 10, tls: certificate });
    Object.assign(process.env, environmentFor(server.port));
  });
  after(() => server.stop());

  it("trusts RDS's roots beside Node's own, and makes users over TLS", async () => {
    const before = tls.getCACertificates("default").length;
    // Only now, because loading it changes what this process trusts.

    const { manage } = require("../../../handler/manage/direct") as typeof import("../../../handler/manage/direct");
    assert.ok(tls.getCACertificates("default").length > before + 50);
    const event = { owner: "test", users: { app: userWith("app") }, onDelete: "drop" } as const;
    const { created } = await manage(event, { ...contextWith(30_000), functionName: "manager" });
    assert.deepEqual(created, ["app"]);
  });
});
