/** The CPU, in seconds, that the process of one program used, with all processes that it started. */
export interface Cost {
  user: number;
  system: number;
  /** The part of `user` that belongs to processes which the program started: esbuild. */
  children: number;
  /** From the start of the process to its end. */
  elapsed: number;
}

/** Everything that `npm run bench:preview` measures. */
export interface PreviewResults {
  machine: { cpu: string; cores: number; loadBefore: number; loadAfter: number };
  node: string;
  /** Version of the Pulumi CLI. Undefined on a machine without the CLI or without its language host for Node. */
  cli: string | undefined;
  /** Previews by the CLI: the costs of each round, by the name of the program. */
  previews: Record<string, Cost>[];
  /** The same processes, started without the CLI, with a monitor that answers as the engine does at preview. */
  monitored: Record<string, Cost>[];
  /** Where the main thread of this program's process spends its time: milliseconds by package, in one run under Node's profiler. */
  profile: Record<string, number>;
}
