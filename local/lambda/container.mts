/**
 * The program in a container. Like Lambda's runtime, it loads the function's package and runs one invocation at a time.
 * In the checkout, Node runs this TypeScript file directly, by removing the types.
 */
import { createRequire, flushCompileCache } from "node:module";
import { join } from "node:path";
import { connectThroughVpc, routeArrived } from "./containerNetwork.mts";
import type { ErrorShape, FromContainer, InvocationContext, ToContainer } from "./messages.mts";

type Handler = (event: unknown, context: object) => unknown;

const send = (message: FromContainer) => process.send?.(message);

// This program and no function belongs into the cache of compiled code, see container.ts.
flushCompileCache();
delete process.env.NODE_COMPILE_CACHE;

// Without the parent process, nothing could invoke this process or end it. A signal, so that the cache is not written.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
connectThroughVpc((request, host, port) => send({ type: "connect", request, host, port }));

let handler: Handler | undefined;
try {
  handler = load(process.env.LAMBDA_TASK_ROOT ?? "", process.env._HANDLER ?? "");
  send({ type: "ready" });
} catch (error) {
  send({ type: "failed to load", error: shapeOf(error) });
}

process.on("message", (message: ToContainer) => {
  if (message.type === "route") routeArrived(message.request, message.route);
  else void invoke(message.event, message.context);
});

function load(folder: string, name: string): Handler {
  const [file = "", exported = ""] = name.split(".");
  const require = createRequire(join(folder, "/"));
  const found = (require(join(folder, `${file}.js`)) as Record<string, unknown>)[exported];
  if (typeof found === "function") return found as Handler;
  throw Object.assign(new Error(`${name} is undefined or not exported`), { name: "Runtime.HandlerNotFound" });
}

async function invoke(event: string, { deadline, ...data }: InvocationContext): Promise<void> {
  const context = {
    ...data,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    const result = await handler?.(JSON.parse(event), context);
    send({ type: "done", result: result === undefined ? "null" : JSON.stringify(result) });
  } catch (error) {
    send({ type: "failed", error: shapeOf(error) });
  }
}

function shapeOf(error: unknown): ErrorShape {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}
