import { randomBytes } from "node:crypto";
import type { ResourceContext } from "./kind";

/** The name that the program gave, or one that Pulumi makes up: the resource's own name and seven hex digits. */
export function autoname(given: string | undefined, context: ResourceContext): string {
  return given ?? `${context.name}-${hexDigits(7)}`;
}

/** Random hex digits, of which AWS's ids and Pulumi's names are made. */
export function hexDigits(count: number): string {
  return randomBytes(Math.ceil(count / 2))
    .toString("hex")
    .slice(0, count);
}
