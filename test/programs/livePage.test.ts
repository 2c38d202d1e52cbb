import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { get } from "node:http";
import { createConnection } from "mysql2/promise";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Database } from "../../local/account/rds";
import { Patient } from "../doctor/support/patient";
import { processesWith } from "../engine/support/processes";
import { eventually } from "../local/support";

/** Where Debian and others put it. */
const chromiumPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

describe("the live page", function () {
  this.timeout(60_000);
  let stack: Patient;
  let url: string;

  before(async () => {
    stack = await Patient.open();
    ({ url } = stack.operator);
  });
  after(() => stack.close());

  const clientOfProxy = async () => {
    const { proxy, credentials } = stack.account.rds.proxy(stack.proxyName);
    const { username = "", password = "" } = (await credentials()).at(-1) ?? {};
    const ssl = { ca: stack.account.authority.certificate };
    return createConnection({ host: "127.0.0.1", port: proxy.port, user: username, password, ssl });
  };

  it("is what a browser gets, and curl gets JSON from the same address", async () => {
    const page = await fetch(`${url}/`, { headers: { accept: "text/html,*/*" } });
    assert.match(page.headers.get("content-type") ?? "", /html/);
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    const json = (await (await fetch(`${url}/`)).json()) as object;
    assert.deepEqual(Object.keys(json), ["DBProxies", "Functions"]);
  });

  it("cannot be changed by the page of another site", async () => {
    const headers = { origin: "https://example.com" };
    for (const [method, path] of [
      ["PUT", "/page/load"],
      ["POST", `/2015-03-31/functions/${stack.functionName}/invocations`],
    ] as const) {
      assert.equal((await fetch(url + path, { method, headers, body: "{}" })).status, 403, path);
    }
  });

  it("says what is wrong with the settings of the load", async () => {
    const body = JSON.stringify({ clients: 1, to: "proxy", work: "query", proxy: "another" });
    const response = await fetch(`${url}/page/load`, { method: "PUT", body });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /There is no proxy \\"another\\"/);
  });

  it("leaves no client behind when it goes", async () => {
    const request = get(`${url}/page/events`);
    await once(request, "response");
    const body = JSON.stringify({ clients: 3, to: "proxy", work: "query", proxy: stack.proxyName });
    assert.equal((await fetch(`${url}/page/load`, { method: "PUT", body })).status, 204);
    const { proxy } = stack.account.rds.proxy(stack.proxyName);
    const before = proxy.metrics().ClientConnections ?? 0;
    await eventually(() => (proxy.metrics().ClientConnections ?? 0) >= before + 3, 20_000);
    request.destroy();
    await eventually(() => (proxy.metrics().ClientConnections ?? 0) <= before, 20_000);
  });

  describe("in Chromium", () => {
    const executablePath = chromiumPaths.find((path) => existsSync(path));
    let browser: Browser;
    let page: Page;
    const said: string[] = [];

    before(async function () {
      if (executablePath === undefined) {
        console.log("      There is no Chromium, so its tests did not run: apt-get install chromium.");
        this.skip();
      }
      browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
      page = await browser.newPage({ viewport: { width: 360, height: 800 } });
      page.on("request", (request) => {
        if (!request.url().startsWith(`${url}/`)) said.push(`asked for ${request.url()}`);
      });
      page.on("console", (message) => said.push(message.text()));
      page.on("pageerror", (error) => said.push(error.message));
      await page.goto(url);
      await page.locator("#connection.connected").waitFor();
    });
    after(async () => {
      await (browser as Browser | undefined)?.close();
    });

    const tile = (label: string) => page.locator(".tile", { hasText: label }).locator(".value");
    const becomes = (label: string, matches: RegExp) => tile(label).filter({ hasText: matches }).waitFor();

    it("draws who reaches whom, and names the rules", async () => {
      const picture = await page.locator("#picture svg").getAttribute("aria-label");
      assert.match(picture ?? "", new RegExp(`function ${stack.functionName} reaches proxy ${stack.proxyName}:3306`));
      assert.match(picture ?? "", new RegExp(`proxy ${stack.proxyName} reaches database .*:3306`));
      const rules = await page.locator("#rules li").allTextContents();
      assert.ok(rules.some((rule) => /^sample-database-\w+: inbound from sample-proxy-\w+, tcp 3306$/.test(rule)));
    });

    it("invokes a function by keyboard, and shows its result", async () => {
      const button = page.getByRole("button", { name: `Invoke ${stack.functionName}` });
      await button.focus();
      await page.keyboard.press("Enter");
      const results = page.locator("article", { hasText: stack.functionName }).locator(".result");
      await results.nth(1).waitFor();
      assert.match((await results.first().textContent()) ?? "", /warm.*ms\[\[1,"taro"\],\[2,"hanako"\]\]/);
      assert.match((await results.nth(1).textContent()) ?? "", /cold/);
    });

    it("shows which statement pins a session, and why, until the session ends", async () => {
      const client = await clientOfProxy();
      await client.query("SET @basket = 42");
      const row = page.locator(".pins tr", { hasText: "SET @basket = 42" });
      await row.waitFor();
      assert.match((await row.textContent()) ?? "", /a user variable/);
      await becomes("Pinned", /^1$/);
      await client.end();
      await row.waitFor({ state: "detached" });
      await becomes("Pinned", /^0$/);
    });

    it("hides a statement that may hold a password", async () => {
      const client = await clientOfProxy();
      await client.query("SET @password = 'Pa55word-of-this-test'");
      await page.locator(".pins tr", { hasText: "not shown" }).waitFor();
      assert.doesNotMatch(await page.content(), /Pa55word/);
      await client.end();
    });

    it("shows sessions that wait when all connections are borrowed", async () => {
      await page.getByRole("slider").fill("30");
      await page.getByLabel("transactions of half a second").check();
      await page.getByLabel("through the proxy").check();
      await becomes("Waiting", /^[1-9]\d*$/);
      await page.getByLabel("not at all").check();
      await becomes("Waiting", /^0$/);
    });

    it("shows how the database refuses clients that come directly", async () => {
      await page.getByRole("slider").fill("120");
      await page.getByLabel("directly").check();
      await page.getByText("The database says: Too many connections").waitFor();
      const refused = page.locator('tr[data-to="database"] td').nth(1);
      assert.match((await refused.textContent()) ?? "", /per second/);
      await page.getByLabel("not at all").check();
    });

    it("shows that the target is gone while the database restarts, and comes back", async () => {
      const [{ server }] = [...stack.account.rds.databases.values()] as [Database];
      await server.shutDown();
      await page.locator(".health .badge.unavailable").waitFor();
      await server.restart();
      await page.locator(".health .badge.available").waitFor();
    });

    it("fits a phone in the dark", async () => {
      await page.emulateMedia({ colorScheme: "dark" });
      const widths = "[document.documentElement.scrollWidth, innerWidth]";
      const [content = NaN, window = NaN] = await page.evaluate<number[]>(widths);
      assert.ok(content <= window, `${content} > ${window}`);
      const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      assert.equal(background, "rgb(15, 18, 25)");
    });

    it("has not said anything in the console, and has asked no other host", () => {
      assert.deepEqual(said, []);
    });
  });

  // Mocha runs the tests of a suite before the suites in it.
  describe("at its end", () => {
    it("leaves nothing behind, although a page is open and clients are at work", async () => {
      const response = await fetch(`${url}/page/events`);
      const body = JSON.stringify({ clients: 3, to: "proxy", work: "query", proxy: stack.proxyName });
      await fetch(`${url}/page/load`, { method: "PUT", body });
      const clients = () => processesWith("page/clients.mts", process.pid).length;
      assert.equal(clients(), 1);
      // Ends with the stream, which may be cut off. If the stream went on, this test would end with a time-out.
      const stream = response.text().catch(() => undefined);
      await stack.account.loopbackApi.close();
      assert.equal(clients(), 0);
      await stream;
    });
  });
});
