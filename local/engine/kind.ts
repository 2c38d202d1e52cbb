import type { Account } from "../account";
import { randomHex } from "../kept";
import type { Properties } from "./plain";

/** Type and name of the resource that a kind creates. */
export interface ResourceName {
  /** Type token, such as `aws:rds/instance:Instance`. */
  type: string;
  /** The name that the program gave the resource. */
  name: string;
  /** What tells it from a resource of the same name in another stack. */
  owner?: string | undefined;
}

/** The name of a resource under which something of it can be kept from one run to the next. */
export function keptAs({ type, name, owner = "" }: ResourceName): string {
  return `${owner} ${type} ${name}`.trim();
}

/** A resource that exists: its id, and all properties that the program may use. */
export interface Created {
  id: string;
  state: Properties;
}

/**
 * How the stand-in creates, updates and deletes resources of one type. Inputs and state are plain values, and a kind
 * does not know its caller. So the same kinds can serve `runtime.setMocks` and Pulumi's provider protocol.
 */
export interface Kind<Cloud = Account> {
  create(inputs: Properties, resource: ResourceName, cloud: Cloud): Promise<Created> | Created;
  /** Returns the new state. If a kind has no `update`, the new state is the old one with the new inputs. */
  update?(existing: Created, inputs: Properties, cloud: Cloud): Promise<Properties> | Properties;
  delete?(existing: Created, cloud: Cloud): Promise<void> | void;
  /**
   * Whether the resource is still there. On AWS some vanish with another one, as the versions of a secret do. If a kind has
   * no `exists`, a resource exists until it is deleted.
   */
  exists?(existing: Created, cloud: Cloud): boolean;
  /** Whether the resource exists in its state only, like a random password: then it cannot vanish. */
  stateOnly?: boolean;
}

/** Changes a resource in place. @returns its new state */
export async function updated<Cloud>(
  kind: Kind<Cloud>,
  existing: Created,
  inputs: Properties,
  cloud: Cloud,
): Promise<Properties> {
  return (await kind.update?.(existing, inputs, cloud)) ?? { ...existing.state, ...inputs };
}

/** A look-up, such as `aws.getRegion`. */
export type Lookup<Cloud = Account> = (inputs: Properties, cloud: Cloud) => Promise<Properties> | Properties;

/** Everything that a program can use: kinds by type token, and look-ups by token. */
export interface Catalogue<Cloud = Account> {
  /** Every type has a kind. */
  kind(type: string): Kind<Cloud>;
  /** @throws Error that names the token when there is no such look-up */
  call(token: string): Lookup<Cloud>;
}

/**
 * Returns the name in the inputs, or makes one as Pulumi does: the resource's name and seven hexadecimal digits.
 *
 * @param form how the real provider writes the names of this type, if in another way
 */
export function nameOf(
  given: unknown,
  { name }: ResourceName,
  { separator = "-", longestName = 255 }: { separator?: string | undefined; longestName?: number | undefined } = {},
): string {
  if (typeof given === "string" && given !== "") return given;
  const digits = randomHex(7);
  return `${name.slice(0, longestName - digits.length - separator.length)}${separator}${digits}`;
}
