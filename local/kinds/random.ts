import { randomBytes, randomInt } from "node:crypto";
import type { Kind } from "../engine";

const letters = "abcdefghijklmnopqrstuvwxyz";
const defaultSpecial = "!@#$%&*()-_=+[]{}<>:?";

/** `random.RandomPassword`, with the same arguments and defaults as the provider's. */
export const password: Kind = {
  create(inputs) {
    const { length, overrideSpecial, ...flags } = inputs as { length: number; overrideSpecial?: string } & Record<
      string,
      unknown
    >;
    const alphabet = [
      flags.lower === false ? "" : letters,
      flags.upper === false ? "" : letters.toUpperCase(),
      (flags.numeric ?? flags.number) === false ? "" : "0123456789",
      flags.special === false ? "" : (overrideSpecial ?? defaultSpecial),
    ].join("");
    const result = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
    return { id: "none", state: { ...inputs, result } };
  },
};

/** `random.RandomId`. */
export const id: Kind = {
  create(inputs) {
    const bytes = randomBytes(Number(inputs.byteLength));
    const b64Url = bytes.toString("base64url");
    return { id: b64Url, state: { ...inputs, hex: bytes.toString("hex"), b64Url, b64Std: bytes.toString("base64") } };
  },
};
