import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parse } from "yaml";

const regionOf = (stack: string) =>
  spawnSync(process.execPath, [".github/region.mjs", stack], { encoding: "utf8", timeout: 20_000 });

describe("the region that the workflows use", () => {
  for (const stack of ["dev", "prod"]) {
    it(`is that of the stack's configuration: ${stack}`, () => {
      const configured = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")).config["aws:region"];
      assert.equal(regionOf(stack).stdout, `region=${configured}\n`);
    });
  }

  it("is not taken from a stack that has no file", () => {
    const { status, stdout } = regionOf("staging");
    assert.notEqual(status, 0);
    assert.equal(stdout, "");
  });
});
