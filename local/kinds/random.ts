import { randomBytes, randomInt } from "node:crypto";
import type { Kind } from "../engine";

const letters = "abcdefghijklmnopqrstuvwxyz";
const defaultSpecial = "!@#$%&*()-_=+[]{}<>:?";

interface PasswordInputs {
  length: number;
  lower?: boolean;
  upper?: boolean;
  numeric?: boolean;
  special?: boolean;
  overrideSpecial?: string;
  minLower?: number;
  minUpper?: number;
  minNumeric?: number;
  minSpecial?: number;
}

/** `random.RandomPassword`, with the provider's arguments and defaults. */
export const password: Kind = {
  stateOnly: true,
  create(inputs) {
    const given = inputs as unknown as PasswordInputs;
    const { length, lower = true, upper = true, numeric = true, special = true } = given;
    const classes = [
      { allowed: lower, characters: letters, least: given.minLower },
      { allowed: upper, characters: letters.toUpperCase(), least: given.minUpper },
      { allowed: numeric, characters: "0123456789", least: given.minNumeric },
      { allowed: special, characters: given.overrideSpecial ?? defaultSpecial, least: given.minSpecial },
    ].filter(({ allowed }) => allowed);
    const alphabet = classes.map(({ characters }) => characters).join("");
    const required = classes.flatMap(({ characters, least = 0 }) => pick(characters, least));
    const result = shuffle([...required, ...pick(alphabet, length - required.length)]).join("");
    return { id: "none", state: { ...inputs, result } };
  },
};

function pick(characters: string, count: number): string[] {
  return Array.from({ length: Math.max(0, count) }, () => characters.charAt(randomInt(characters.length)));
}

/** Shuffles (Fisher–Yates), so that the required characters are not all at the front. */
function shuffle(items: string[]): string[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other] ?? "", items[last] ?? ""];
  }
  return items;
}

/** `random.RandomId`. */
export const id: Kind = {
  stateOnly: true,
  create(inputs) {
    const bytes = randomBytes(Number(inputs.byteLength));
    const b64Url = bytes.toString("base64url");
    return { id: b64Url, state: { ...inputs, hex: bytes.toString("hex"), b64Url, b64Std: bytes.toString("base64") } };
  },
};
