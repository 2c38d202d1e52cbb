import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Rds } from "../account/rds";
import type { Lambda } from "../lambda";
import { functionsPath, invoke } from "./invoke";
import { statusOfProxies } from "./proxyStatus";

/** The services that people can use from this machine. */
export interface Services {
  rds: Rds;
  lambda: Lambda;
}

/**
 * An HTTP API for people while the stand-in stays up: Lambda's Invoke API, and the state of the proxies. It has no
 * authentication, so it listens on the loopback address only.
 */
export class LoopbackApi {
  private server: Server | undefined;
  private address = "";

  constructor(private readonly services: Services) {}

  /** Starts to listen on a free port, unless it listens already. @returns the URL without a slash at its end */
  async open(): Promise<string> {
    if (this.server === undefined) {
      this.server = createServer((request, response) => void this.answer(request, response));
      this.server.listen(0, "127.0.0.1");
      await once(this.server, "listening");
      this.address = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
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
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("content-type", "application/json");
    const { rds, lambda } = this.services;
    const path = request.url ?? "/";
    if (request.method === "GET" && path === "/") {
      send(response, statusOfProxies(rds));
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

function send(response: ServerResponse, body: unknown): void {
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}
