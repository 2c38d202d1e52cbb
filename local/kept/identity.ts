import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, randomBytes } from "node:crypto";

/** Where the digits come from while a resource is made that has the same ids in each run. */
const source = new AsyncLocalStorage<() => string>();

/** Returns up to 64 random hexadecimal digits: new ones, or inside {@link withSameIds} those of the last run. */
export function randomHex(digits: number): string {
  const text = source.getStore()?.() ?? randomBytes(Math.ceil(digits / 2)).toString("hex");
  return text.slice(0, digits);
}

/** Lets `make` get the same digits in each run. @param seed what tells the resource from all others */
export function withSameIds<T>(seed: string, make: () => T): T {
  let count = 0;
  return source.run(() => createHash("sha256").update(`${seed} ${count++}`).digest("hex"), make);
}
