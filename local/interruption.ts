/** Exit codes of a process that a signal ended, as shells report them. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGPIPE: 141 } as const;
type Signal = keyof typeof exitCodes;

/** Not a failure: somebody wants the run to stop. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(readonly signal: Signal) {
    super(`Interrupted by ${signal}`);
    this.exitCode = exitCodes[signal];
  }
}

/**
 * Calls `stop` when somebody wants the run to stop: by a signal such as Ctrl-C, or by closing the output, as `| head -3`
 * does. A second signal ends the process at once, and then the reaper cleans up.
 */
export function onInterruption(stop: (interruption: Interrupted) => void): void {
  let isStopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (isStopping) {
        console.error("Ending at once. The reaper deletes what is left.");
        process.exit(exitCodes[signal]);
      }
      isStopping = true;
      console.error(
        "\nStopping and taking everything down. Press Ctrl-C again to end at once, without waiting for that.",
      );
      stop(new Interrupted(signal));
    });
  }
  // Node reports a reader that has gone as an error of the stream, with the code EPIPE.
  process.stdout.on("error", () => {
    stop(new Interrupted("SIGPIPE"));
  });
  process.stderr.on("error", () => undefined);
}
