import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Ports } from "../account/ports";
import { answerAws, isForAws } from "../awsApi";
import type { Services } from "../awsApi/services";
import { isOwnRequest, type LivePage } from "../page";
import { functionsPath, invoke } from "./invoke";
import { writeOperatorFile } from "./operator";
import { statusOfProxies } from "./proxyStatus";

/**
 * An HTTP API while the stand-in stays up. For people: a page, Lambda's Invoke API, and the state of the proxies. That part has no
 * authentication, so the API listens on the loopback address only, and other sites' pages cannot use it. For AWS's SDK: see {@link answerAws}. Its signatures are checked.
 */
export class LoopbackApi {
  private server: Server | undefined;
  private address = "";

  /**
   * @param folder where the API says how to reach it, in a file that only this user can read
   * @param ports remembers the API's port from one run to the next
   */
  constructor(
    private readonly services: Services,
    private readonly page: LivePage,
    private readonly folder: string,
    private readonly region: string,
    private readonly ports?: Pick<Ports, "last" | "remember">,
  ) {}

  /** Starts to listen, unless it listens already. @returns the URL without a slash at its end */
  async open(): Promise<string> {
    if (this.server === undefined) {
      this.server = createServer((request, response) => void this.answer(request, response));
      await listen(this.server, this.ports?.last("url"));
      const { port } = this.server.address() as AddressInfo;
      this.ports?.remember("url", port);
      this.address = `http://127.0.0.1:${port}`;
      await writeOperatorFile(this.folder, { url: this.address, region: this.region, ...this.services.iam.operator() });
    }
    return this.address;
  }

  /** Returns the path of a function in Lambda's Invoke API. */
  pathOf(functionName: string): string {
    return `${functionsPath}/${functionName}/invocations`;
  }

  async close(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    await this.page.close();
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isForAws(request)) {
      await answerAws(this.services, request, response);
      return;
    }
    if (!isOwnRequest(request)) {
      response.writeHead(403, { "content-type": "text/plain" }).end("Only this machine's own page may ask that.\n");
      return;
    }
    if (this.page.answers(request)) {
      await this.page.answer(request, response);
      return;
    }
    response.setHeader("content-type", "application/json");
    const { rds, lambda } = this.services;
    const path = request.url ?? "/";
    if (request.method === "GET" && path === "/") {
      send(response, { ...statusOfProxies(rds), Functions: lambda.names });
    } else if (request.method === "POST" && path.startsWith(functionsPath)) {
      await invoke(lambda, request, response);
    } else {
      response.statusCode = 404;
      send(response, {
        Message: `This API knows GET / for the proxies, and POST ${this.pathOf("<name>")} for functions.`,
      });
    }
  }
}

/** Listens on the port of the last run, or on any if another program has that one now. */
async function listen(server: Server, port = 0): Promise<void> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    await listen(server);
  }
}

function send(response: ServerResponse, body: unknown): void {
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}
