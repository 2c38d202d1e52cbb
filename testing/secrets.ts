import { asset } from "@pulumi/pulumi";

/** Pulumi wraps a secret in an object with this key: https://www.pulumi.com/docs/concepts/secrets/ */
const secretSignature = "4dabf18193072939515e22adb298388d";

/** A copy of a value in which all secrets, however deep, are unwrapped. */
export function unwrapped(value: any): any {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (value === null || typeof value !== "object" || asset.Archive.isInstance(value)) return value;
  if (secretSignature in value) return unwrapped(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unwrapped(entry)]));
}

/** All texts in a value that are not within a secret: what anybody may read in Pulumi's state. */
export function plainTexts(value: any): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(plainTexts);
  if (value === null || typeof value !== "object" || secretSignature in value) return [];
  return Object.values(value).flatMap(plainTexts);
}
