import type { Account } from "../account";
import { type Catalogue, type Created, type Kind, type Properties, updated } from "../engine";

/** Type and name of a resource, and its URN, under which the engine knows it. */
export interface Identity {
  urn: string;
  type: string;
  name: string;
}

/** A resource that exists in the account. */
interface Held extends Created {
  urn: string;
  kind: Kind;
  /** As the engine sent them. */
  inputs: Properties;
}

/**
 * The resources that exist in the account. The engine keeps a state of its own, and the two may differ: after a new
 * start of the stand-in nothing exists.
 */
export class Resources {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly account: () => Account,
  ) {}

  get count(): number {
    for (const key of this.held.keys()) this.present(key);
    return this.held.size;
  }

  /** Returns a resource, or forgets it if it has vanished together with another one. */
  private present(key: string): Held | undefined {
    const held = this.held.get(key);
    if (held?.kind.exists?.(held, this.account()) !== false) return held;
    this.held.delete(key);
    return undefined;
  }

  /**
   * @param inputs as the engine sent them
   * @param given the same as plain values
   * @param signal ends when nobody waits for the resource any more; then what was made is deleted again
   */
  async create(
    { urn, type, name }: Identity,
    inputs: Properties,
    given: Properties,
    signal: AbortSignal,
  ): Promise<Created> {
    const kind = this.catalogue.kind(type);
    // The state of a random value is all there is. Its provider knows no account.
    if (kind.stateOnly) return kind.create(given, { type, name }, undefined as never);
    const account = this.account();
    const make = () => kind.create(given, { type, name, owner: urn }, account);
    const created = await (account.kept?.withSameIds(urn, make) ?? make());
    if (signal.aborted) {
      await kind.delete?.(created, this.account());
      throw new Error(`The creation of ${name} was cancelled, and what was made is deleted again.`);
    }
    this.held.set(keyOf(type, created.id), { ...created, urn, kind, inputs });
    return created;
  }

  find(type: string, id: string): Pick<Held, "state" | "inputs"> | undefined {
    return this.present(keyOf(type, id));
  }

  /** Whether resources of this type can vanish without the engine. */
  canVanish(type: string): boolean {
    return this.catalogue.kind(type).stateOnly !== true;
  }

  /** @throws Error when the resource is gone */
  async update(type: string, id: string, inputs: Properties, given: Properties): Promise<Properties> {
    const existing = this.present(keyOf(type, id));
    if (existing === undefined) {
      throw new Error(`${type} "${id}" does not exist any more: run \`pulumi refresh\`, and then \`pulumi up\`.`);
    }
    existing.state = await updated(existing.kind, existing, given, this.account());
    existing.inputs = inputs;
    return existing.state;
  }

  /** Does nothing when the resource is gone, like the real provider. */
  async delete(type: string, id: string): Promise<void> {
    const existing = this.present(keyOf(type, id));
    if (existing === undefined) return;
    await existing.kind.delete?.(existing, this.account());
    this.held.delete(keyOf(type, id));
  }

  /**
   * Deletes the resources of a URN that the engine does not know, because it was killed before it wrote them down.
   *
   * @param known ids in the engine's state
   */
  async deleteUnknown(urn: string, known: ReadonlySet<string>): Promise<void> {
    for (const [key, { id, urn: owner }] of this.held) {
      if (owner === urn && !known.has(id)) await this.delete(key.slice(0, key.indexOf(" ")), id);
    }
  }
}

function keyOf(type: string, id: string): string {
  return `${type} ${id}`;
}
