import { nameOf } from "../engine";
import type { Properties } from "./declarations";
import { withDocuments } from "./documents";
import type { Identity } from "./resources";
import { rulesOf } from "./rules";
import type { Schemas } from "./schema";
import type { TypeRules } from "./typeRules";
import { defaultsKey, isWireAsset, type WireProperties } from "./values";

/** A property that the provider refuses. */
export interface Failure {
  property: string;
  reason: string;
}

/** The inputs with what the provider fills in, or why it refuses them. */
export interface Checked {
  inputs: WireProperties;
  failures: Failure[];
}

/** What the provider knows beside the inputs. */
export interface CheckContext {
  schemas: Schemas;
  /** The provider's region, unless it has none, such as `random`. */
  region: string | undefined;
}

/**
 * Checks inputs as a provider does before it plans anything: it refuses properties that it does not have, and asks for those that
 * it needs. It also fills in what the program leaves to it.
 */
export function checkInputs(
  { schemas, region }: CheckContext,
  { type, name }: Omit<Identity, "urn">,
  old: WireProperties,
  given: WireProperties,
): Checked {
  const schema = schemas.resource(type);
  if (schema === undefined) {
    return { inputs: given, failures: [{ property: "", reason: `unrecognized resource type (Check): ${type}` }] };
  }
  const [packageName = ""] = type.split(":");
  const wanted = withDocuments(schema.inputs, given);
  const failures = [
    ...unknownKeys(schemas, packageName, schema.inputs, wanted, name),
    ...missing(schema.inputs, wanted),
  ];
  return { inputs: filledIn(rulesOf(type), { name, type, region }, old, wanted), failures };
}

/** Adds the values that the provider chooses, and a note which ones these are: a later program may choose another value. */
function filledIn(
  rules: TypeRules,
  { name, type, region }: { name: string; type: string; region: string | undefined },
  old: WireProperties,
  wanted: WireProperties,
): WireProperties {
  const { autoname, separator, longestName, defaults = {} } = rules;
  const chosen: WireProperties = {};
  for (const [property, value] of Object.entries(defaults)) {
    if (wanted[property] === undefined) chosen[property] = value;
  }
  if (autoname !== undefined && wanted[autoname] === undefined && wanted[`${autoname}Prefix`] === undefined) {
    const wasChosen = ((old[defaultsKey] ?? []) as unknown[]).includes(autoname);
    chosen[autoname] = wasChosen ? old[autoname] : nameOf(undefined, { type, name }, { separator, longestName });
  }
  return {
    ...(rules.region && region !== undefined && { region }),
    ...wanted,
    ...chosen,
    ...(rules.tagsAll && wanted.tags !== undefined && { tagsAll: wanted.tags }),
    ...(Object.keys(chosen).length > 0 && { [defaultsKey]: Object.keys(chosen) }),
  };
}

function missing(properties: Properties, wanted: WireProperties): Failure[] {
  return [...properties]
    .filter(([property, { required }]) => required && wanted[property] === undefined)
    .map(([property]) => ({
      property,
      reason: `Missing required argument. The argument "${property}" is required, but no definition was found.`,
    }));
}

/** Refuses keys that the provider does not have, at every depth where its package names the type of the object. */
function unknownKeys(
  schemas: Schemas,
  packageName: string,
  properties: Properties,
  value: WireProperties,
  path: string,
): Failure[] {
  return Object.entries(value).flatMap(([key, entry]) => {
    const place = `${path}.${key}`;
    const property = properties.get(key);
    if (property === undefined) {
      return [
        { property: key, reason: `An argument named "${key}" is not expected here. Examine values at '${place}'.` },
      ];
    }
    const object = property.objectType === undefined ? undefined : schemas.object(packageName, property.objectType);
    if (object === undefined) return [];
    return elementsOf(entry).flatMap((element) => unknownKeys(schemas, packageName, object, element, place));
  });
}

function elementsOf(value: unknown): WireProperties[] {
  if (Array.isArray(value)) return value.flatMap(elementsOf);
  const isObject = typeof value === "object" && value !== null && !isWireAsset(value);
  return isObject ? [value as WireProperties] : [];
}
