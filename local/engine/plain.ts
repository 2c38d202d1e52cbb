import * as pulumi from "@pulumi/pulumi";

/** The key that marks a secret in the inputs of mocks. */
const secretSignature = "4dabf18193072939515e22adb298388d";

/** Inputs or outputs as plain values. Pulumi knows which of them are secret; the services do not need to know. */
export type Properties = Record<string, unknown>;

/** Replaces marked secrets by their values, at every depth. Assets and archives stay as they are. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value)) return value;
  const properties = value as Properties;
  if (secretSignature in properties) return plain(properties.value);
  return Object.fromEntries(Object.entries(properties).map(([key, entry]) => [key, plain(entry)]));
}
