/**
 * The messages between a container and its runtime. This file has only types, because the container is a separate
 * program.
 */

/** From the runtime to a container. */
export type ToContainer =
  | { type: "invoke"; event: string; context: InvocationContext }
  | { type: "route"; request: number; route: ContainerRoute };

/** From a container to the runtime. */
export type FromContainer =
  | { type: "ready" }
  | { type: "failed to load"; error: ErrorShape }
  | { type: "done"; result: string }
  | { type: "failed"; error: ErrorShape }
  | { type: "connect"; request: number; host: string; port: number };

/** The parts of Lambda's context object that are data. */
export interface InvocationContext {
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  awsRequestId: string;
  logGroupName: string;
  logStreamName: string;
  /** When the invocation times out, in milliseconds since 1970. */
  deadline: number;
}

/** Lambda's report of an error that a callback threw. */
export interface ErrorShape {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/** The network's answer to a connection attempt. */
export interface ContainerRoute {
  outcome: "open" | "unknown host" | "dropped" | "refused";
  host?: string;
  port?: number;
}
