import { createRequire } from "node:module";
import { sep } from "node:path";

/** The files that make a program what it is. A change of one of them may change what the program registers. */
export interface ProgramFiles {
  /** The program's own files: those that Node has loaded, and those that are in the packages of functions. */
  own: string[];
  /** Files of packages that Node has loaded, in their order. */
  packages: string[];
  /** Whether Node tells which files it has loaded. It does not for ES modules. */
  isComplete: boolean;
}

/** A bundle in the package of a function. */
interface Bundled {
  inputs: string[];
  files: Record<string, string>;
  /** Makes it again, and notes it under the same name. */
  again: () => Promise<unknown>;
}

/** What has become of the files in a package. */
export interface Repacked {
  before: Record<string, string>;
  after: Record<string, string>;
}

/**
 * Under this key a bundler finds a map, and notes what it has made. So the stand-in needs to know nothing of the bundler.
 * `components/function/bundle.ts` is one.
 */
const bundlesKey = Symbol.for("lambda-rds-proxy.bundles");

let bundles = new Map<string, Bundled>();

const { cache } = createRequire(__filename);

/** Begins to note which files are loaded from here on. @returns a function that returns them */
export function noteProgramFiles(isModule: boolean): () => ProgramFiles {
  const before = new Set(Object.keys(cache));
  const noted = new Map<string, Bundled>();
  bundles = noted;
  Object.assign(globalThis, { [bundlesKey]: noted });
  return () => {
    const loaded = Object.keys(cache).filter((file) => !before.has(file));
    const isOfPackage = (file: string) => file.includes(`${sep}node_modules${sep}`);
    const files = new Set([...loaded, ...[...noted.values()].flatMap(({ inputs }) => inputs)]);
    return {
      own: [...files].filter((file) => !isOfPackage(file)),
      packages: loaded.filter(isOfPackage),
      isComplete: !isModule,
    };
  };
}

/** Makes the bundles again that one of these files is in. @throws Error when one of them cannot be made */
export async function repack(changed: string[]): Promise<Repacked[]> {
  const concerned = [...bundles].filter(([, { inputs }]) => changed.some((file) => inputs.includes(file)));
  return Promise.all(
    concerned.map(async ([key, { files: before, again }]) => {
      await again();
      return { before, after: bundles.get(key)?.files ?? before };
    }),
  );
}
