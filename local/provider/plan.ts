import type { ResourceSchema } from "./schema";
import type { TypeRules } from "./rules";
import { unknown, type WireProperties, withoutNotes } from "./values";

/** What a preview knows of a resource that does not exist yet: its inputs. The provider fills in the rest later. */
export function plannedState(schema: ResourceSchema | undefined, inputs: WireProperties): WireProperties {
  const filledIn = [...(schema?.outputs ?? [])].filter(([, { required }]) => required);
  return { ...Object.fromEntries(filledIn.map(([name]) => [name, unknown])), ...withoutNotes(inputs) };
}

/** What a preview knows of a resource that an update changes in place. */
export function updatedState(rules: TypeRules, state: WireProperties, inputs: WireProperties): WireProperties {
  const changed = Object.fromEntries((rules.volatile ?? []).map((name) => [name, unknown]));
  return { ...state, ...withoutNotes(inputs), ...changed };
}
