import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import type { Services } from "../awsApi/services";
import type { Reaper } from "../reaper";
import { EventStreams } from "./eventStreams";
import { type LoadSettings, ordersFor, readLoadSettings } from "./loadSettings";
import { LoadTest } from "./loadTest";
import { type Snapshot, snapshotOf } from "./snapshot";

/** How often the page gets what has changed. */
const snapshotMilliseconds = 500;

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page's files by their paths. It needs nothing else, from this or any other host. */
const files = new Map([
  ["/", join(__dirname, "public/index.html")],
  ...["page.css", "page.js", "picture.js", "charts.js", "load.js", "log.js", "elements.js", "icon.svg"].map(
    (name): [string, string] => [`/page/${name}`, join(__dirname, "public", name)],
  ),
  ["/page/uPlot.js", join(require.resolve("uplot/package.json"), "../dist/uPlot.iife.min.js")],
  ["/page/uPlot.css", join(require.resolve("uplot/package.json"), "../dist/uPlot.min.css")],
]);

/** The page that shows what happens in the account, while the stand-in stays up. */
export class LivePage {
  private readonly streams: EventStreams;
  private readonly loadTest: LoadTest;
  private settings: LoadSettings | undefined;

  /** @param authority certificate of the proxies' authority, as PEM */
  constructor(
    private readonly services: Services,
    reaper: Reaper,
    private readonly authority: string,
  ) {
    this.loadTest = new LoadTest(reaper);
    this.streams = new EventStreams(snapshotMilliseconds, () => this.snapshot());
    services.logGroups.onLine((line) => {
      this.streams.send("log", line);
    });
    // Nobody sees the load any more.
    this.streams.onLastGone(() => void this.stopLoad());
  }

  /** Whether a request is one for the page. A program such as curl gets JSON at `/`, and a browser the page. */
  answers({ method, url = "/", headers }: IncomingMessage): boolean {
    if (url === "/") return method === "GET" && (headers.accept?.includes("text/html") ?? false);
    return url.startsWith("/page/");
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = "/" } = request;
    const file = files.get(url);
    if (method === "GET" && file !== undefined) {
      await sendFile(response, file);
    } else if (method === "GET" && url === "/page/events") {
      this.streams.add(response);
      for (const line of this.services.logGroups.last(linesAtFirst)) this.streams.sendTo(response, "log", line);
    } else if (method === "PUT" && url === "/page/load") {
      await this.changeLoad(request, response);
    } else {
      response.writeHead(404, { "content-type": "text/plain" }).end("The page has no such part.\n");
    }
  }

  private snapshot(): Snapshot {
    const { settings } = this;
    return snapshotOf(this.services, settings && { settings, report: this.loadTest.report });
  }

  private async changeLoad(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    try {
      const settings = readLoadSettings(Buffer.concat(chunks).toString());
      if (settings.clients === 0) {
        await this.stopLoad();
      } else {
        const orders = await ordersFor(settings, this.services, this.authority);
        // The clients of the other way have to go first.
        if (this.settings?.to !== settings.to || this.settings.proxy !== settings.proxy) await this.loadTest.stop();
        this.loadTest.set(orders);
        this.settings = settings;
      }
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(`${JSON.stringify({ Message: (error as Error).message })}\n`);
    }
  }

  private async stopLoad(): Promise<void> {
    this.settings = undefined;
    await this.loadTest.stop();
  }

  async close(): Promise<void> {
    this.streams.close();
    await this.stopLoad();
  }
}

/** How many log lines a page gets when it opens. */
const linesAtFirst = 100;

async function sendFile(response: ServerResponse, file: string): Promise<void> {
  const content = await readFile(file);
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-security-policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  response.end(content);
}
