import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findCli } from "../../../local/cli/findCli";

describe("the Pulumi CLI that the command runs", () => {
  const { PATH, XDG_CACHE_HOME } = process.env;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "find-cli-"));
    process.env.PATH = "/nowhere";
    process.env.XDG_CACHE_HOME = join(folder, "cache");
  });
  afterEach(() => {
    Object.assign(process.env, { PATH, XDG_CACHE_HOME });
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    rmSync(folder, { recursive: true });
  });

  const cliIn = (...path: string[]): string => {
    const bin = join(folder, ...path);
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "pulumi"), "");
    chmodSync(join(bin, "pulumi"), 0o755);
    return bin;
  };

  it("is the one on PATH, and no launcher that npm has put there", () => {
    const [launcher, own] = [cliIn("node_modules", ".bin"), cliIn("bin")];
    process.env.PATH = [launcher, own].join(delimiter);
    assert.deepEqual(findCli(), [join(own, "pulumi")]);
  });

  it("is else the one that scripts/get-pulumi.sh has built", () => {
    const built = cliIn("cache/lambda-rds-proxy/pulumi-3.260.0/bin");
    assert.deepEqual(findCli(), [join(built, "pulumi")]);
  });

  it("is else npm's package, in a version that npm has", () => {
    assert.deepEqual(findCli(), ["npx", "--yes", "pulumi@3.265.0"]);
  });
});
