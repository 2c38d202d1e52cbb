import type { Properties } from "../engine";

/**
 * Returns the state after an update: the new inputs, and what AWS computed before. An input that the program no longer
 * gives keeps its value only if it is among the computed ones.
 */
export function changed(state: Properties, inputs: Properties, computed: readonly string[]): Properties {
  const kept: Properties = {};
  for (const name of computed) if (state[name] !== undefined) kept[name] = state[name];
  return { ...kept, ...inputs };
}
