import { Account, type Lasting } from "../account";
import type { Catalogue, Created, Properties } from "../engine";
import { type Checked, checkInputs } from "./check";
import { type Plan, planOf } from "./diff";
import { plannedState, updatedState } from "./plan";
import { type Identity, Resources } from "./resources";
import { rulesOf } from "./rules";
import { Schemas } from "./schema";
import { type Existing, kindInputs, type WireProperties, wireState } from "./values";

/**
 * What the providers `aws` and `random` do for the engine, without the protocol. All programs of a folder share one
 * account in one region.
 */
export class Provider {
  private readonly schemas: Schemas;
  private readonly resources: Resources;
  private opening: Promise<Account> | undefined;
  private account: Account | undefined;

  /**
   * @param folder a folder of the program, whose packages say which types and properties exist
   * @param log receives the log lines of functions and proxies
   * @param lasting what stays when the stand-in ends
   */
  constructor(
    private readonly catalogue: Catalogue,
    folder: string,
    private readonly log: (line: string) => void,
    private readonly lasting: Lasting = {},
  ) {
    this.schemas = new Schemas(folder);
    this.resources = new Resources(catalogue, () => this.openAccount());
  }

  /** How many resources exist. */
  get count(): number {
    return this.resources.count;
  }

  /** @throws Error when the account is in another region already */
  async useRegion(region: string): Promise<void> {
    this.opening ??= Account.open(region, this.log, this.lasting);
    this.account = await this.opening;
    if (this.account.region === region) return;
    throw new Error(
      `The stand-in's account is in ${this.account.region}, but this program asks for the region ${region}: ` +
        "destroy the stack that is up, or give both stacks the same aws:region.",
    );
  }

  async invoke(token: string, inputs: WireProperties): Promise<Properties> {
    return this.catalogue.call(token)(kindInputs(inputs), this.openAccount());
  }

  check(identity: Identity, old: WireProperties, wanted: WireProperties): Checked {
    return checkInputs({ schemas: this.schemas, region: this.account?.region }, identity, old, wanted);
  }

  diff(type: string, old: WireProperties, wanted: WireProperties): Plan {
    return planOf(type, old, wanted);
  }

  /** What a preview shows of a new resource. */
  planned(type: string, inputs: WireProperties): WireProperties {
    return plannedState(this.schemas.resource(type), inputs);
  }

  /** What a preview shows of a resource that changes in place. */
  changed(type: string, existing: Existing, inputs: WireProperties): WireProperties {
    return updatedState(rulesOf(type), existing, inputs);
  }

  async create(identity: Identity, inputs: WireProperties, signal: AbortSignal): Promise<Created> {
    const { id, state } = await this.resources.create(identity, inputs, kindInputs(inputs), signal);
    return { id, state: wireState(state, inputs) };
  }

  async update(type: string, id: string, inputs: WireProperties): Promise<WireProperties> {
    return wireState(await this.resources.update(type, id, inputs, kindInputs(inputs)), inputs);
  }

  /** Returns what exists, or undefined. @param known what the engine has in its state */
  read(type: string, id: string, known: Existing): Existing | undefined {
    if (!this.resources.canVanish(type)) return known;
    const found = this.resources.find(type, id);
    return found && { inputs: found.inputs, state: wireState(found.state, found.inputs) };
  }

  async delete(type: string, id: string): Promise<void> {
    await this.resources.delete(type, id);
  }

  /** See {@link Resources.deleteUnknown}. */
  async deleteUnknown(urn: string, known: ReadonlySet<string>): Promise<void> {
    await this.resources.deleteUnknown(urn, known);
  }

  /** URL of the account's API for people. Undefined before the first program has said which region it is for. */
  async loopbackUrl(): Promise<string | undefined> {
    return this.account?.loopbackApi.open();
  }

  async close(): Promise<void> {
    const account = await this.opening?.catch(() => undefined);
    await account?.close();
  }

  private openAccount(): Account {
    if (this.account !== undefined) return this.account;
    throw new Error("The provider has no region: run `pulumi config set aws:region ap-northeast-1`.");
  }
}
