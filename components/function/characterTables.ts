import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { crc32 } from "node:zlib";
import type { Plugin } from "esbuild";

/**
 * Node decodes these encodings by itself. iconv-lite has tables for them all the same, because it encodes too: two thirds of what
 * it weighs.
 */
const knownToNode: Record<string, string> = {
  shiftjis: "shift_jis",
  eucjp: "euc-jp",
  cp936: "gbk",
  cp949: "euc-kr",
  cp950: "big5",
};

/** A row of a table of iconv-lite: the code of its first character, then characters, and numbers for that many more in sequence. */
type Row = [start: string, ...(string | number)[]];

/**
 * A row as it is packed: the code of its first character and how many there are, where Node knows them; with `rest`, where they are
 * the next ones of the Korean syllables that Node does not know in this encoding; else the row.
 */
type Packed = Row | `${string} ${number}` | `${string} ${number} rest`;

interface Decoder {
  decode: (bytes: Buffer) => string;
}

/** Packs iconv-lite's tables as lists of what Node knows, from which the table is made when a character set needs it. */
export const characterTables: Plugin = {
  name: "character-tables",
  setup(esbuild) {
    esbuild.onLoad({ filter: /iconv-lite[\\/]encodings[\\/]tables[\\/]\w+\.json$/ }, ({ path }) => {
      const label = knownToNode[basename(path, ".json")];
      if (label === undefined) return undefined;
      const table = JSON.parse(readFileSync(path, "utf8")) as Row[];
      const known = new TextDecoder(label);
      const packed = pack(table, known);
      // Node in Lambda may decode otherwise than Node here. Then the table would be another one, and must not be used.
      const check = crc32(JSON.stringify(unpack(packed, known)));
      return { contents: source(label, packed, check), loader: "js" };
    });
  },
};

function pack(table: Row[], known: Decoder): Packed[] {
  const rest = restOf(known);
  return table.flatMap((row) => {
    const runs: { kind: "known" | "rest" | "literal"; start: string; characters: string[] }[] = [];
    Array.from(charactersOf(row)).forEach((character, index) => {
      const code = Number.parseInt(row[0], 16) + index;
      const digits = row[0].length;
      const kind = decode(known, code, digits) === character ? "known" : rest[0] === character ? "rest" : "literal";
      if (kind === "rest") rest.shift();
      if (runs.at(-1)?.kind === kind) runs.at(-1)?.characters.push(character);
      else runs.push({ kind, start: code.toString(16).padStart(digits, "0"), characters: [character] });
    });
    return runs.map(({ kind, start, characters }): Packed => {
      if (kind === "literal") return [start, characters.join("")];
      return kind === "known" ? `${start} ${characters.length}` : `${start} ${characters.length} rest`;
    });
  });
}

function charactersOf([, ...parts]: Row): string {
  return parts.reduce<string>((text, part) => {
    if (typeof part === "string") return text + part;
    const last = text.codePointAt(text.length - 1) ?? 0;
    return text + Array.from({ length: part }, (_, index) => String.fromCodePoint(last + 1 + index)).join("");
  }, "");
}

// The following functions become a part of the package.

/** One code at a time, because a code that is none would swallow the next one. */
function decode(known: Decoder, code: number, digits: number): string {
  return known.decode(Buffer.from(code.toString(16).padStart(digits, "0"), "hex"));
}

/** The Korean syllables that Node does not know in an encoding, in their order. */
function restOf(known: Decoder): string[] {
  const all = new Set(Array.from({ length: 0xd7a4 - 0xac00 }, (_, index) => String.fromCharCode(0xac00 + index)));
  for (let code = 0xb0a1; code <= 0xc8fe; code++) all.delete(decode(known, code, 4));
  return [...all];
}

/** The table that iconv-lite takes. */
function unpack(packed: Packed[], known: Decoder): Row[] {
  let rest: string[] | undefined;
  return packed.map((row) => {
    if (typeof row !== "string") return row;
    const [start = "", count = "0", isRest] = row.split(" ");
    if (isRest !== undefined) return [start, (rest ??= restOf(known)).splice(0, Number(count)).join("")];
    const first = Number.parseInt(start, 16);
    return [
      start,
      Array.from({ length: Number(count) }, (_, index) => decode(known, first + index, start.length)).join(""),
    ];
  });
}

function source(label: string, packed: Packed[], check: number): string {
  return `
    ${[decode, restOf, unpack].join("\n")}
    module.exports = unpack(${JSON.stringify(packed)}, new TextDecoder(${JSON.stringify(label)}));
    if (require("node:zlib").crc32(JSON.stringify(module.exports)) !== ${check}) {
      throw new Error("This version of Node decodes ${label} otherwise than the one that made this package: make it with the same one.");
    }`;
}
