/** How long one program took. Times are in seconds. */
export interface Evaluation {
  /** For loading Pulumi, its providers' SDKs and the components. */
  loading: number;
  /** From the first line of the program until all its resources are registered. */
  evaluating: number;
  /** The part of `evaluating` in which the process had a processor. */
  cpu: number;
  resources: number;
}

/** Everything that `npm run bench:evaluation` measures. */
export interface EvaluationResults {
  machine: { cpu: string; cores: number; loadBefore: number; loadAfter: number };
  node: string;
  /** This project's program. `process` is the time from the start of its process to the end. */
  program: (Evaluation & { process: number })[];
  /** Programs with many databases: the evaluations of each round, by the number of databases. */
  rounds: Record<number, Evaluation>[];
}
