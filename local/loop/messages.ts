import type { Created, ProgramFiles, Properties, Repacked, ResourceOptions, StackConfig, StackOutput } from "../engine";

/** What the stand-in tells the process that runs the program. */
export type ToProgram =
  /** Load these files of packages, before there is anything to run. */
  | { type: "warm"; config: StackConfig; packages: string[] }
  | { type: "run"; config: StackConfig; folder: string }
  /** After the run: make the bundles again that one of these files is in. */
  | { type: "repack"; changed: string[] }
  /** The answer to a registration or a look-up. */
  | { type: "answer"; id: number; answer: Created | Properties };

/** What the program registers, or looks up. */
export type Request =
  | { type: "register"; token: string; name: string; inputs: Properties; options: ResourceOptions }
  | { type: "call"; token: string; inputs: Properties };

/** How a run of the program has ended. */
export type Ending =
  | { type: "done"; outputs: Record<string, StackOutput>; files: ProgramFiles }
  | { type: "failed"; message: string; location: string | undefined; files: ProgramFiles };

export type FromProgram =
  | { type: "request"; id: number; request: Request }
  /** Nothing when a bundle cannot be made: the next run of the program says why. */
  | { type: "repacked"; packages: Repacked[] }
  | Ending;
