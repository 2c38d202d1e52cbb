import { randomBytes } from "node:crypto";
import type { Account } from "../account";
import type { Properties } from "./plain";

/** Which resource a kind is asked to create. */
export interface ResourceName {
  /** Type token, such as `aws:rds/instance:Instance`. */
  type: string;
  /** The name that the program gave the resource. */
  name: string;
}

/** A resource that exists: its id, and every property that the program may use. */
export interface Created {
  id: string;
  state: Properties;
}

/**
 * How resources of one type are realised. Inputs and state are plain values and nothing here knows who asks, so that the
 * same kinds can serve `runtime.setMocks` and Pulumi's provider protocol.
 */
export interface Kind<Cloud = Account> {
  create(inputs: Properties, resource: ResourceName, cloud: Cloud): Promise<Created> | Created;
  /** Returns the new state. A resource whose kind lacks this is replaced when its inputs change. */
  update?(existing: Created, inputs: Properties, cloud: Cloud): Promise<Properties> | Properties;
  delete?(existing: Created, cloud: Cloud): Promise<void> | void;
}

/** A look-up, such as `aws.getRegion`. */
export type Lookup<Cloud = Account> = (inputs: Properties, cloud: Cloud) => Promise<Properties> | Properties;

/** What a program can use: kinds by type token, and look-ups by token. */
export interface Catalogue<Cloud = Account> {
  /** Every type has a kind. */
  kind(type: string): Kind<Cloud>;
  /** @throws Error that names the token when there is no such look-up */
  call(token: string): Lookup<Cloud>;
}

/** The name that the program gave, or one as Pulumi makes it up: the resource's own name and seven hex digits. */
export function nameOf(given: unknown, { name }: ResourceName): string {
  return typeof given === "string" && given !== "" ? given : `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
}
