import { dirname, relative, sep } from "node:path";
import { RunError } from "@pulumi/pulumi";

/** Frames that Node looks through for one of the program: the program may call deep into Pulumi's packages. */
const maxFrames = 25;
const standIn = dirname(__dirname);

/**
 * Makes the stack trace of each error one frame long: the last one in a program's own file. Pulumi records a stack trace for
 * each of its thousands of promises. Full traces would be most of the work of a large program.
 *
 * @returns a function that makes stack traces as they were
 */
export function keepProgramFrames(folder: string): () => void {
  const { stackTraceLimit } = Error;
  // The TypeScript loader sets this function, which finds the lines of the TypeScript files. Node may have none itself.
  const { prepareStackTrace } = Error as { prepareStackTrace?: typeof Error.prepareStackTrace };
  Error.stackTraceLimit = maxFrames;
  Error.prepareStackTrace = (error, frames) => {
    const frame = frames.find((candidate) => isOfProgram(candidate.getFileName() ?? "", folder)) ?? frames[0];
    const kept = frame === undefined ? [] : [frame];
    const text: unknown = prepareStackTrace?.call(Error, error, kept);
    return text ?? [String(error), ...kept.map(String)].join("\n    at ");
  };
  return () => {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  };
}

/** Returns where in a program's own files an error comes from, such as `index.ts:12:3`, or undefined if it does not. */
export function programLocation(error: unknown, folder: string): string | undefined {
  if (!(error instanceof Error) || isRefusal(error)) return undefined;
  for (const [, file = "", position = ""] of (error.stack ?? "").matchAll(
    /\(?((?:\/|[A-Z]:\\)[^()\n]*):(\d+:\d+)\)?$/gm,
  )) {
    if (isOfProgram(file, folder)) return `${relative(folder, file)}:${position}`;
  }
  return undefined;
}

/** Whether a component refuses an argument. Then the message says all, and the line would be that of the check. */
function isRefusal(error: Error): boolean {
  return error.name === "ArgumentError" || RunError.isInstance(error);
}

function isOfProgram(file: string, folder: string): boolean {
  const isOfOthers = file.startsWith(`${standIn}${sep}`) || file.includes(`${sep}node_modules${sep}`);
  return file.startsWith(`${folder}${sep}`) && !isOfOthers;
}
