import { providerFacts } from "./providerFacts";
import type { TypeRules } from "./typeRules";

const noRules: TypeRules = { source: "" };

/** A type that the table does not have changes in place, whatever changes. */
export function rulesOf(type: string): TypeRules {
  return providerFacts[type] ?? noRules;
}

/** Leaves the indices of list elements out of a path. */
export function withoutIndices(path: string): string {
  return path.replaceAll(/\[\d+\]/g, "");
}
