import net, { type Socket, type TcpNetConnectOpts } from "node:net";
import type { ContainerRoute } from "./messages.mts";

const waiting = new Map<number, (route: ContainerRoute) => void>();
let requests = 0;

/**
 * Puts this process into the function's VPC. Before each connection to a host and port, the process asks the runtime,
 * which applies the network's rules. Drivers and the AWS SDK do not notice: they use the same host names as on AWS, and
 * check them.
 */
export function connectThroughVpc(ask: (request: number, host: string, port: number) => void): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the socket as its `this`
  const connect = net.Socket.prototype.connect as (this: Socket, ...args: unknown[]) => Socket;

  function connectInVpc(this: Socket, ...args: unknown[]): Socket {
    const { options, listener } = normalize(args);
    if (!("port" in options)) return connect.call(this, ...args);
    const host = options.host ?? "localhost";
    const request = ++requests;
    // With this flag Node keeps all data until the connection is open, as it does while it looks up a name.
    Object.assign(this, { connecting: true });
    if (listener !== undefined) this.once("connect", listener);
    waiting.set(request, (route) => {
      if (this.destroyed) return;
      if (route.outcome === "open") {
        // The runtime has looked up the name. The caller's other options (timeouts, keep-alive) stay the same.
        connect.call(this, { ...options, host: route.host, port: route.port, lookup: undefined });
      } else if (route.outcome === "unknown host") {
        this.destroy(systemError("getaddrinfo", "ENOTFOUND", host));
      } else if (route.outcome === "refused") {
        this.destroy(systemError("connect", "ECONNREFUSED", `${host}:${options.port}`));
      }
      // Dropped packets get no answer, so the connection stays pending until the caller's own timeout ends it.
    });
    ask(request, host, options.port);
    return this;
  }
  net.Socket.prototype.connect = connectInVpc;
}

/** Takes the runtime's answer to an earlier question. */
export function routeArrived(request: number, route: ContainerRoute): void {
  waiting.get(request)?.(route);
  waiting.delete(request);
}

/** Reads the arguments of `connect`: (options), (port, host), or the pair into which `net.connect` turns both. */
function normalize(args: unknown[]): { options: TcpNetConnectOpts; listener: (() => void) | undefined } {
  const [first, second] = args;
  const listener = args.find((argument) => typeof argument === "function") as (() => void) | undefined;
  if (Array.isArray(first)) {
    const [options, inner] = first as [TcpNetConnectOpts, (() => void) | null];
    return { options, listener: inner ?? undefined };
  }
  if (typeof first === "object" && first !== null) return { options: first as TcpNetConnectOpts, listener };
  return { options: { port: Number(first), ...(typeof second === "string" && { host: second }) }, listener };
}

function systemError(syscall: string, code: string, what: string): Error {
  return Object.assign(new Error(`${syscall} ${code} ${what}`), { code, syscall });
}
