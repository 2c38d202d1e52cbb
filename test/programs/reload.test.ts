import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Run } from "./support/run";

const cache = join(__dirname, "../../.cache");

const program = (proxy: string) => `
const { ProxiedDatabase, ProxyClientFunction } = require("lambda-rds-proxy");
const database = new ProxiedDatabase("shop", { proxy: ${proxy}, migrations: "./migrations" });
const read = new ProxyClientFunction("read", { database, callbackFactory: () => require("./report").handler });
exports.result = read.invokeOnDeploy().result;
`;

describe("npm run local, while files are saved", function () {
  this.timeout(90_000);
  let folder: string;
  let run: Run;
  let url: string;

  beforeEach(async () => {
    mkdirSync(cache, { recursive: true });
    // In this checkout, so that the program finds its packages.
    folder = mkdtempSync(join(cache, "reload-test-"));
    save("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    save("Pulumi.dev.yaml", "config:\n  aws:region: ap-northeast-1\n");
    mkdirSync(join(folder, "migrations"));
    save("migrations/001-orders.sql", "create table orders (id int);\n");
    save("index.js", program("{}"));
    save("report.js", 'exports.handler = async () => "first";\n');
    run = new Run("--stay", "--program", folder);
    url = /http:\S+/.exec(await run.printed(/curl .*read-function/))?.[0] ?? "";
    await run.printed(/Press Ctrl-C/);
  });
  afterEach(async () => {
    run.child.kill("SIGINT");
    await run.exitCode();
    await run.leavesNothing();
    rmSync(folder, { recursive: true });
  });

  function save(name: string, text: string): void {
    writeFileSync(join(folder, name), text);
  }

  async function invoke(): Promise<unknown> {
    return (await fetch(url, { method: "POST", body: "{}" })).json();
  }

  /** The lines about resources since a line. */
  const changesSince = (from: number): string[] =>
    run.lines
      .slice(from)
      .filter((line) => /^[+~x-] aws/.test(line))
      .map((line) => line.replace(/ +\d+\.\d\d s$/, "").replace(/ +/g, " "));

  it("has new code, shows what fails and keeps the old code then, and changes only what differs", async () => {
    assert.equal(await invoke(), "first");
    let from = run.lines.length;
    save("report.js", 'exports.handler = async () => "second";\n');
    await run.printed(/^~ aws:lambda:Function +read-function/, from);
    assert.equal(await invoke(), "second");
    await run.printed(/^report\.js: 3 changes, /, from);
    assert.deepEqual(changesSince(from), [
      "~ aws:lambda:Function read-function",
      "+ aws:lambda:Invocation read-on-deploy",
      "- aws:lambda:Invocation read-on-deploy",
    ]);

    from = run.lines.length;
    save("report.js", "exports.handler = async () => {\n");
    await run.printed(/^report\.js: the program has failed/, from);
    assert.match(
      run.lines.slice(from).join("\n"),
      /^error: The callback of ProxyClientFunction "read" cannot be packaged/m,
    );
    assert.deepEqual([await invoke(), changesSince(from)], ["second", []]);

    from = run.lines.length;
    save("report.new", 'exports.handler = async () => "third";\n');
    renameSync(join(folder, "report.new"), join(folder, "report.js"));
    await run.printed(/report\.js.*: 3 changes, /, from);
    assert.equal(await invoke(), "third");

    from = run.lines.length;
    save("index.js", program("{ maxConnectionsPercent: 50 }"));
    await run.printed(/^index\.js: 1 change, /, from);
    assert.deepEqual(changesSince(from), ["~ aws:rds:ProxyDefaultTargetGroup shop-proxy"]);

    from = run.lines.length;
    save("migrations/002-lines.sql", "create table order_lines (id int);\n");
    await run.printed(/^migrations\/002-lines\.sql: \d+ changes?, /, from);
    assert.match(run.lines.slice(from).join("\n"), /"migrated":\["002-lines/);

    from = run.lines.length;
    save("Pulumi.dev.yaml", "config:\n  aws:region: eu-west-1\n");
    await run.printed(/^error: aws:region is eu-west-1 now, but what is up is in ap-northeast-1: end it/, from);
  });

  it("takes everything down on Ctrl-C in the middle of a change", async () => {
    save("report.js", 'exports.handler = async () => "second";\n');
    await run.printed(/^~ aws:lambda:Function +read-function/);
    run.child.kill("SIGINT");
    assert.equal(await run.exitCode(), 130, run.text);
    assert.doesNotMatch(run.text, /^error:/m);
  });
});
