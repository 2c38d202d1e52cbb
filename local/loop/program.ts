/**
 * Runs the program once, in a process of its own, so that nothing is left in it of an earlier run. `npm run local` starts it before it
 * is needed. It registers each resource with the stand-in.
 */
import { createRequire } from "node:module";
import {
  type Created,
  keepProgramFrames,
  noteProgramFiles,
  type ProgramFiles,
  programLocation,
  type Properties,
  type Registrar,
  repack,
  runProgram,
  wireInputs,
} from "../engine";
import { prepareToLoad } from "../engine/loadProgram";
import { isModule } from "../engine/mainFile";
import type { Ending, FromProgram, Request, ToProgram } from "./messages";

const answers = new Map<number, (answer: Created | Properties) => void>();
let lastId = 0;

function send(message: FromProgram): void {
  process.send?.(message);
}

/** Never settles when the stand-in does not answer, because the run is over then. */
function ask(request: Request): Promise<Created | Properties> {
  const id = ++lastId;
  send({ type: "request", id, request });
  return new Promise((resolve) => answers.set(id, resolve));
}

/** Loads what the last run loaded of packages. What cannot be loaded now says so when the program loads it. */
function warm({ config, packages }: Extract<ToProgram, { type: "warm" }>): void {
  prepareToLoad(config);
  const load = createRequire(__filename);
  for (const file of packages) {
    try {
      load(file);
    } catch {
      continue;
    }
  }
}

async function run({ config, folder }: Extract<ToProgram, { type: "run" }>): Promise<void> {
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  process.on("uncaughtException", fail);
  const registrar: Registrar = {
    failed,
    fail,
    create: async (token, name, inputs, options) =>
      (await ask({
        type: "register",
        token,
        name,
        inputs: await wireInputs(inputs),
        options: options ?? {},
      })) as Created,
    call: async (token, inputs) => (await ask({ type: "call", token, inputs })) as Properties,
  };
  const files: () => ProgramFiles = noteProgramFiles(isModule(config.main));
  const restore = keepProgramFrames(folder);
  let ending: Ending;
  try {
    ending = { type: "done", outputs: await runProgram(config, registrar), files: files() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    ending = { type: "failed", message, location: programLocation(error, folder), files: files() };
  } finally {
    restore();
  }
  send(ending);
}

async function packAgain(changed: string[]): Promise<void> {
  send({ type: "repacked", packages: await repack(changed).catch(() => []) });
}

process.on("message", (message: ToProgram) => {
  switch (message.type) {
    case "warm":
      warm(message);
      break;
    case "run":
      void run(message);
      break;
    case "repack":
      void packAgain(message.changed);
      break;
    default:
      answers.get(message.id)?.(message.answer);
      answers.delete(message.id);
  }
});
// The stand-in has ended.
process.on("disconnect", () => process.exit());
