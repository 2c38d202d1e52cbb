import { changesBetween } from "./diff";
import type { ResourceSchema } from "./schema";
import type { TypeRules } from "./typeRules";
import { type Existing, unknown, type WireProperties, withoutNotes } from "./values";

/** What a preview knows of a resource that does not exist yet: its inputs. The provider fills in the rest later. */
export function plannedState(schema: ResourceSchema | undefined, inputs: WireProperties): WireProperties {
  const filledIn = [...(schema?.outputs ?? [])].filter(([, { required }]) => required);
  return { ...Object.fromEntries(filledIn.map(([name]) => [name, unknown])), ...withoutNotes(inputs) };
}

/** What a preview knows of a resource that an update changes in place. */
export function updatedState(
  rules: TypeRules,
  { inputs: old, state }: Existing,
  inputs: WireProperties,
): WireProperties {
  const changed = changesBetween(old, inputs, rules).map(({ path }) => path.split(/[.[]/)[0] ?? "");
  const isChanged = (causes: readonly string[]) =>
    causes.length === 0 || causes.some((cause) => changed.includes(cause));
  const unknowns: WireProperties = {};
  for (const [name, causes] of Object.entries(rules.volatile ?? {})) if (isChanged(causes)) unknowns[name] = unknown;
  return { ...state, ...withoutNotes(inputs), ...unknowns };
}
