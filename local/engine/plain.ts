import * as pulumi from "@pulumi/pulumi";

/** Marks a secret in the inputs that mocks get. */
const secretSignature = "4dabf18193072939515e22adb298388d";

/** Inputs, or outputs, as plain values. Which of them are secret is known to Pulumi, not to the services. */
export type Properties = Record<string, unknown>;

/** Takes the marks off secrets, however deep they are; assets and archives stay as they are. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value)) return value;
  const properties = value as Properties;
  if (secretSignature in properties) return plain(properties.value);
  return Object.fromEntries(Object.entries(properties).map(([key, entry]) => [key, plain(entry)]));
}
