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
  const own = sources.filter((source) => source.includes(".") && !source.includes("node_modules/"));
  if (own.length === 0) return undefined;
  const places = new Map(own.map((source, index) => [sources.indexOf(source), index]));
  const lines = decode(mappings).map((line) => {
    let wasOwn = false;
    return line.flatMap((segment): typeof line => {
      const [column, source, sourceLine, sourceColumn] = segment;
      const place = source === undefined ? undefined : places.get(source);
      if (place !== undefined) {
        wasOwn = true;
        return [[column, place, sourceLine ?? 0, sourceColumn ?? 0]];
      }
      // Where a file of the program ends. What follows would count as a part of it otherwise.
      const ends = wasOwn;
      wasOwn = false;
      return ends ? [[column]] : [];
    });
  });
  return JSON.stringify({ version, sources: own, names: [], mappings: encode(lines) });
}
