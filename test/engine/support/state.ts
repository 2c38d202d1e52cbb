import { runtime } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";

/** A resource in a stack's state. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  custom: boolean;
  parent?: string;
  dependencies?: string[];
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** The resources in a stack's state, with their secrets in plain text. */
export async function resourcesOf(stack: Stack): Promise<StateResource[]> {
  const { deployment } = await stack.exportStack();
  return (deployment as { resources?: StateResource[] }).resources ?? [];
}

/** All passwords in the state: those that were made at random, and those in secrets. */
export function passwordsIn(resources: StateResource[]): string[] {
  const found = new Set<string>();
  const collect = (value: unknown, key: string, isSecret: boolean): void => {
    if (typeof value === "string") {
      if (isSecret && /^(result|password|masterPassword)$/.test(key)) found.add(value);
      const inner = isSecret ? parsed(value) : undefined;
      if (typeof inner === "object") collect(inner, key, true);
    } else if (typeof value === "object" && value !== null) {
      const { plaintext } = value as { plaintext?: unknown };
      if (runtime.specialSigKey in value && typeof plaintext === "string") collect(parsed(plaintext), key, true);
      else for (const [name, entry] of Object.entries(value)) collect(entry, name, isSecret);
    }
  };
  for (const { inputs, outputs } of resources) collect({ inputs, outputs }, "", false);
  return [...found];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
