import assert from "node:assert/strict";
import type { Grant } from "../../../handler/manage/event";
import { serverKinds, value } from "../../local/rdsProxy/support/harness";
import { likeInLambda } from "../support/client";
import { Managed, passwordOf, userWith } from "./support/managed";

const select: Grant = { privileges: ["SELECT"] };

for (const { name, start } of serverKinds) {
  describe(`users made by the managing function on ${name}`, () => {
    likeInLambda();
    let managed: Managed;
    before(async () => {
      managed = await Managed.on(start);
    });
    afterEach(async () => {
      await managed.end();
      await managed.end({ owner: "another" });
    });
    after(() => managed.close());

    const userNames = async (): Promise<unknown> =>
      value(managed.admin, "select group_concat(User order by User) from mysql.user where User like 'u-%'");

    it("can log in with their passwords, and have their privileges", async () => {
      const result = await managed.manage({ "u-1": userWith("u-1", [select]), "u-2": userWith("u-2") });
      assert.deepEqual(result, {
        migrated: [],
        undone: [],
        created: ["u-1", "u-2"],
        changed: [],
        dropped: [],
        kept: [],
      });
      assert.equal(await managed.letsIn("u-1"), true);
      assert.equal(await managed.letsIn("u-2"), true);
      assert.equal(await managed.letsIn("u-2", passwordOf("u-1")), false);
      assert.deepEqual(await managed.shownGrants("u-1"), [
        "GRANT SELECT ON `test`.* TO `u-1`@`%`",
        "GRANT USAGE ON *.* TO `u-1`@`%`",
      ]);
      assert.deepEqual(await managed.shownGrants("u-2"), ["GRANT USAGE ON *.* TO `u-2`@`%`"]);
    });

    it("stay when the component that made them gets another name, and go with it", async () => {
      const users = { "u-1": userWith("u-1", [select]) };
      await managed.manage(users, { owner: "old name" });
      await assert.rejects(managed.manage(users, { owner: "new name" }), /belongs to old name/);
      const tf = { action: "update", prev_input: { owner: "old name" } } as const;
      const result = await managed.manage(users, { owner: "new name", tf });
      assert.deepEqual([result.created, result.changed, result.dropped], [[], [], []]);
      await managed.end({ owner: "old name" });
      assert.equal(await userNames(), "u-1");
      await managed.end({ owner: "new name" });
      assert.equal(await userNames(), null);
    });

    it("stay as they are when nothing has changed", async () => {
      const users = { "u-1": userWith("u-1", [select]) };
      await managed.manage(users);
      const result = await managed.manage(users);
      assert.deepEqual(result, { migrated: [], undone: [], created: [], changed: [], dropped: [], kept: [] });
    });

    it("get what is new, and lose what the program no longer names", async () => {
      await managed.manage({ "u-1": userWith("u-1", [select, { privileges: ["EXECUTE"] }]) });
      const result = await managed.manage({ "u-1": userWith("u-1", [{ privileges: ["insert", "Execute"] }]) });
      assert.deepEqual(result.changed, ["u-1"]);
      assert.deepEqual(await managed.shownGrants("u-1"), [
        "GRANT INSERT, EXECUTE ON `test`.* TO `u-1`@`%`",
        "GRANT USAGE ON *.* TO `u-1`@`%`",
      ]);
    });

    it("lose what somebody else has given them, roles included", async () => {
      await managed.manage({ "u-1": userWith("u-1", [select]) });
      await managed.admin.query("grant all privileges on test.nothing to 'u-1'@'%'").catch(() => undefined);
      await managed.admin.query("grant delete, drop on test.* to 'u-1'@'%' with grant option");
      await managed.manage({ "u-1": userWith("u-1", [select]) }, { owner: "test" });
      assert.deepEqual(await managed.shownGrants("u-1"), [
        "GRANT SELECT ON `test`.* TO `u-1`@`%`",
        "GRANT USAGE ON *.* TO `u-1`@`%`",
      ]);
    });

    it("are dropped when the program no longer names them, unless it has said to keep them", async () => {
      await managed.manage({ "u-1": userWith("u-1"), "u-2": userWith("u-2", [select], { keep: true }) });
      assert.deepEqual(await managed.manage({}), {
        migrated: [],
        undone: [],
        created: [],
        changed: [],
        dropped: ["u-1"],
        kept: ["u-2"],
      });
      assert.equal(await userNames(), "u-2");
      assert.equal(await managed.letsIn("u-2"), true);
      await managed.admin.query("drop user 'u-2'@'%'");
    });

    it("are dropped with the invocation, unless another function has taken over", async () => {
      await managed.manage({ "u-1": userWith("u-1"), "u-2": userWith("u-2") }, { manager: "old" });
      await managed.manage({ "u-1": userWith("u-1"), "u-2": userWith("u-2") }, { manager: "new" });
      assert.deepEqual((await managed.end({ manager: "old" })).dropped, []);
      assert.equal(await userNames(), "u-1,u-2");
      assert.deepEqual((await managed.end({ manager: "new" })).dropped, ["u-1", "u-2"]);
      assert.equal(await userNames(), null);
    });

    it("come back when somebody has dropped them", async () => {
      await managed.manage({ "u-1": userWith("u-1", [select]) });
      await managed.admin.query("drop user 'u-1'@'%'");
      assert.deepEqual((await managed.manage({ "u-1": userWith("u-1", [select]) })).created, ["u-1"]);
      assert.equal(await managed.letsIn("u-1"), true);
    });

    it("are never those of somebody else", async () => {
      await managed.admin.query("create user 'u-theirs'@'%' identified by 'their password'");
      try {
        await assert.rejects(managed.manage({ "u-1": userWith("u-1"), "u-theirs": userWith("u-theirs") }), {
          name: "UsageError",
          message: /^The database has a user u-theirs that this program has not made: /,
        });
        assert.equal(await userNames(), "u-theirs");
        await managed.manage({ "u-1": userWith("u-1") });
        await managed.manage({});
        assert.equal(await userNames(), "u-theirs");
        assert.equal(await managed.letsIn("u-theirs", "their password"), true);
      } finally {
        await managed.admin.query("drop user 'u-theirs'@'%'");
      }
    });

    it("are never those of another program", async () => {
      await managed.manage({ "u-1": userWith("u-1") }, { owner: "another" });
      await assert.rejects(
        managed.manage({ "u-1": userWith("u-1") }),
        /^UsageError: The database user u-1 belongs to another: /,
      );
      await managed.manage({});
      assert.equal(await userNames(), "u-1");
    });

    it("are taken over where the program says so", async () => {
      await managed.admin.query("create user 'u-1'@'%' identified by 'their password'");
      await managed.admin.query("grant delete on test.* to 'u-1'@'%'");
      const result = await managed.manage({ "u-1": userWith("u-1", [select], { adopt: true }) });
      assert.deepEqual(result.changed, ["u-1"]);
      assert.equal(await managed.letsIn("u-1"), true);
      assert.deepEqual(await managed.shownGrants("u-1"), [
        "GRANT SELECT ON `test`.* TO `u-1`@`%`",
        "GRANT USAGE ON *.* TO `u-1`@`%`",
      ]);
    });

    it("may have any name that MySQL takes", async () => {
      const names = ["u-'quoted\"", "u-`tick`", "u-ü名前", "u-100%_\\", "u-; drop user x; --"];
      const users = Object.fromEntries(names.map((user) => [user, userWith(user, [select])]));
      assert.deepEqual((await managed.manage(users)).created, names);
      for (const user of names) assert.equal(await managed.letsIn(user), true, user);
      assert.deepEqual((await managed.manage(users)).changed, []);
      assert.deepEqual([...(await managed.manage({})).dropped].sort(), [...names].sort());
    });

    it("lose the old password when the deployment says that everything has the new one", async () => {
      await managed.manage({ "u-1": userWith("u-1"), "u-2": userWith("u-2") });
      await managed.manage({ "u-1": userWith("u-1", [], { password: "a new password" }), "u-2": userWith("u-2") });
      assert.deepEqual((await managed.manage({}, { endOldPasswords: ["u-1"] })).changed, ["u-1"]);
      assert.deepEqual([await managed.letsIn("u-1", "a new password"), await managed.letsIn("u-1")], [true, false]);
      assert.equal(await managed.letsIn("u-2"), true);
    });

    it("have a new password when the program has one, and the old one too until the deployment says that it is over", async () => {
      await managed.manage({ "u-1": userWith("u-1") });
      await managed.manage({ "u-1": userWith("u-1", [], { password: "a new password" }) });
      assert.equal(await managed.letsIn("u-1", "a new password"), true);
      assert.equal(await managed.letsIn("u-1"), true);
    });

    it("keep a password that was changed from outside, until the program has a new one", async () => {
      await managed.manage({ "u-1": userWith("u-1") });
      await managed.admin.query("alter user 'u-1'@'%' identified by 'rotated outside'");
      await managed.manage({ "u-1": userWith("u-1", [select]) });
      assert.equal(await managed.letsIn("u-1", "rotated outside"), true);
      await managed.manage({ "u-1": userWith("u-1", [select], { password: "the program's" }) });
      assert.equal(await managed.letsIn("u-1", "the program's"), true);
    });

    it("with RDS's plugin for tokens are refused by a server without that plugin, with the server's own words", async () => {
      await assert.rejects(managed.manage({ "u-1": { ...userWith("u-1"), login: { iam: true } } }), {
        name: "StatementError",
        message: /AWSAuthenticationPlugin/,
      });
    });
  });
}
