import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { nameOf, plain } from "../../../local/engine";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

describe("inputs of resources", () => {
  it("reach the kinds without the marks of secrets, however deep the marks are", () => {
    const inputs = { password: secret("p"), list: [secret({ inner: secret(1) }), null], none: undefined, flag: false };
    assert.deepEqual(plain(inputs), { password: "p", list: [{ inner: 1 }, null], none: undefined, flag: false });
  });

  it("keep their assets and archives", () => {
    const code = new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("x") });
    assert.equal((plain({ code: secret(code) }) as { code: unknown }).code, code);
  });

  it("get a name as Pulumi would make it where the program gives none", () => {
    const resource = { type: "aws:iam/role:Role", name: "proxy" };
    assert.equal(nameOf("mine", resource), "mine");
    assert.match(nameOf(undefined, resource), /^proxy-[0-9a-f]{7}$/);
    assert.notEqual(nameOf(undefined, resource), nameOf(undefined, resource));
  });
});
