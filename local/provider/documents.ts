import type { Properties } from "./declarations";
import { isWireAsset, unknown, type WireProperties } from "./values";

/**
 * Writes policies that a program gives as objects as JSON, with sorted keys, as Pulumi's providers do before they check anything.
 * One with an unknown value in it is unknown as a whole.
 * Source: `TransformJSONDocument` in pulumi-terraform-bridge.
 */
export function withDocuments(properties: Properties, wanted: WireProperties): WireProperties {
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => {
      const isDocument = properties.get(key)?.objectType?.endsWith(".PolicyDocument") ?? false;
      return [key, isDocument && typeof value === "object" && !isWireAsset(value) ? written(value) : value];
    }),
  );
}

function written(document: unknown): string {
  const text = JSON.stringify(document, (_key, value: unknown) => sorted(value));
  return text.includes(`"${unknown}"`) ? unknown : text;
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
