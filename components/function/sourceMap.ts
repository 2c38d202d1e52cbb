import { decode, encode } from "@jridgewell/sourcemap-codec";

interface SourceMap {
  version: number;
  sources: string[];
  names: string[];
  mappings: string;
}

/**
 * Leaves in a source map only the files of the program itself: a hundredth of it. Their text is left out, because the stack of an
 * error names files and lines only, and the map is a part of every start.
 *
 * @returns undefined when none of them is in it
 */
export function ownSources(json: string): string | undefined {
  const { version, sources, mappings } = JSON.parse(json) as SourceMap;
  const own = sources.filter((source) => /\.\w+$/.test(source) && !/node_modules\/|^\w+:/.test(source));
  if (own.length === 0) return undefined;
  const places = new Map(own.map((source, index) => [sources.indexOf(source), index]));
  const lines = decode(mappings).map((line) => {
    let last = "";
    return line.flatMap((segment): typeof line => {
      const [column, source, sourceLine = 0, sourceColumn = 0] = segment;
      const place = source === undefined ? undefined : places.get(source);
      // One entry for a line is enough to name it, and an entry without a place for where the program's own files end.
      const here = place === undefined ? "" : `${place}:${sourceLine}`;
      if (here === last) return [];
      last = here;
      return place === undefined ? [[column]] : [[column, place, sourceLine, sourceColumn]];
    });
  });
  return JSON.stringify({ version, sources: own, names: [], mappings: encode(lines) });
}

/**
 * Code that makes stacks name the program's own lines. Node can do that too, but then it reads the map when it loads the file, which
 * takes a fifth of the start; this reads it when a stack is looked at.
 */
export const mapStacks = `(${prepareStacks.toString()})(require, __filename);`;

/** This function becomes a part of the package. */
function prepareStacks(require: NodeJS.Require, file: string): void {
  let map: { findEntry: (line: number, column: number) => object } | undefined;
  const read = () => {
    const { readFileSync } = require("node:fs") as typeof import("node:fs");
    const { SourceMap } = require("node:module") as typeof import("node:module");
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")) as ConstructorParameters<typeof SourceMap>[0]);
  };
  // A frame writes itself as a text, though its type does not say so.
  const place = (frame: { toString: () => string } & Omit<NodeJS.CallSite, "toString">): string => {
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    if (frame.getFileName() !== file || line === null || column === null) return frame.toString();
    const entry = (map ??= read()).findEntry(line - 1, column - 1) as {
      originalSource?: string;
      originalLine: number;
      originalColumn: number;
    };
    if (entry.originalSource === undefined) return frame.toString();
    const own = `${file.replace(/[^\\/]+$/, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    return frame.toString().replace(`${file}:${line}:${column}`, () => own);
  };
  Error.prepareStackTrace = (error, frames) => {
    try {
      return [String(error), ...frames.map(place)].join("\n    at ");
    } catch {
      return [String(error), ...frames.map(String)].join("\n    at ");
    }
  };
}
