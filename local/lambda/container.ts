import { type ChildProcess, fork } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { isInstalled } from "../installed";
import type { Network, NetworkInterface } from "../network";
import type { Reaper } from "../reaper";
import type { ErrorShape, FromContainer, InvocationContext, ToContainer } from "./messages.mts" with {
  "resolution-mode": "import",
};

/** Settings of a container. */
export interface ContainerOptions {
  /** Folder of the unpacked code. */
  taskRoot: string;
  environment: Record<string, string>;
  memorySize: number;
  network: Network;
  /** Undefined for a function outside any VPC. */
  networkInterface: NetworkInterface | undefined;
  reaper: Reaper;
  log: (line: string) => void;
}

/** How an invocation ended. */
export type Outcome = { result: string } | { error: ErrorShape };

/** How many milliseconds Lambda gives a container to load its code. */
const initLimit = 10_000;

/**
 * One container: a separate Node process, with the function's environment variables and none of this machine's. Like
 * Lambda, the stand-in freezes it between two invocations, so nothing in it goes on.
 */
export class Container {
  private child: ChildProcess | undefined;
  private finish: ((outcome: Outcome) => void) | undefined;

  constructor(private readonly options: ContainerOptions) {}

  /** Whether the process runs, so that it can take another invocation. */
  get isAlive(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  /** Starts the process, which loads the code. Resolves with the error, or undefined when there was none. */
  async start(): Promise<ErrorShape | undefined> {
    const { taskRoot, environment, memorySize, reaper, log } = this.options;
    const child = fork(join(__dirname, isInstalled ? "container.mjs" : "container.mts"), [], {
      cwd: taskRoot,
      env: { ...environment, ...compileCache() },
      // Lambda limits all memory of a container. Node can only limit what JavaScript allocates, which comes close.
      execArgv: [`--max-old-space-size=${memorySize}`],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
    });
    this.child = child;
    reaper.watch(child);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface(stream).on("line", log);
    }
    child.on("message", (message: FromContainer) => {
      this.receive(message);
    });
    child.on("exit", (code, signal) => this.finish?.({ error: exitError(code, signal) }));
    child.on("error", (error) =>
      this.finish?.({ error: { errorType: "Runtime.ExitError", errorMessage: error.message } }),
    );
    const outcome = await this.waitForOutcome(initLimit, "Init phase timed out");
    if ("error" in outcome) await this.kill();
    return "error" in outcome ? outcome.error : undefined;
  }

  /** Runs one invocation. If it takes too long, the container is killed and cannot be used again. */
  async invoke(event: string, context: InvocationContext, timeoutSeconds: number): Promise<Outcome> {
    this.child?.kill("SIGCONT");
    this.send({ type: "invoke", event, context });
    const outcome = await this.waitForOutcome(
      timeoutSeconds * 1000,
      `RequestId: ${context.awsRequestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
    );
    if ("error" in outcome && outcome.error.errorType === "Sandbox.Timedout") await this.kill();
    else this.child?.kill("SIGSTOP");
    return outcome;
  }

  async kill(): Promise<void> {
    const child = this.child;
    if (child === undefined || !this.isAlive) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
  }

  private waitForOutcome(milliseconds: number, timeoutMessage: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.finish?.({ error: { errorType: "Sandbox.Timedout", errorMessage: timeoutMessage } });
      }, milliseconds);
      this.finish = (outcome) => {
        clearTimeout(timer);
        this.finish = undefined;
        resolve(outcome);
      };
    });
  }

  private receive(message: FromContainer): void {
    switch (message.type) {
      case "connect":
        this.send({ type: "route", request: message.request, route: this.route(message.host, message.port) });
        break;
      case "ready":
        this.finish?.({ result: "" });
        break;
      case "done":
        this.finish?.({ result: message.result });
        break;
      default:
        this.finish?.({ error: message.error });
    }
  }

  private route(host: string, port: number) {
    const { network, networkInterface, log } = this.options;
    const route = network.route(networkInterface, host, port);
    if (route.outcome === "open") return { outcome: route.outcome, ...route.to };
    // On AWS one has to guess the reason. The stand-in logs it.
    if ("reason" in route) log(`network: ${host}:${port} is ${route.outcome}: ${route.reason}`);
    return { outcome: route.outcome };
  }

  private send(message: ToContainer): void {
    if (this.child?.connected) this.child.send(message);
  }
}

/**
 * In the checkout the container's program is TypeScript, and to load what removes the types takes a container longer than all else of
 * its start. So containers use this process's cache of compiled code. The program hides it from functions.
 */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = isInstalled ? undefined : getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

function exitError(code: number | null, signal: NodeJS.Signals | null): ErrorShape {
  // Node aborts itself when JavaScript exceeds --max-old-space-size. Lambda would kill the container and report that.
  const how = signal === null ? `exit status ${code ?? 0}` : `signal: ${signal === "SIGABRT" ? "killed" : signal}`;
  return { errorType: "Runtime.ExitError", errorMessage: `Error: Runtime exited with error: ${how}` };
}
