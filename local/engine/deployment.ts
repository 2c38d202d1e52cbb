import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "../account";
import type { KeptFolder } from "../kept";
import { type Catalogue, type Created, keptAs, type Kind, type ResourceName, updated } from "./kind";
import type { Properties } from "./plain";
import type { Deed, Progress } from "./progress";
import { inputsOfWire, wireInputs } from "./wire";

/**
 * How many milliseconds `destroy` waits for resources that are still being created. The reaper ends what takes longer.
 */
const patience = 10_000;

/** A resource that exists. */
export interface Deployed<Cloud = Account> {
  existing: Created;
  kind: Kind<Cloud>;
  name: ResourceName;
  /** See {@link wireInputs}. */
  inputs: Properties;
  options: ResourceOptions;
}

/** The options of a resource that count when it changes, as the program gave them. */
export interface ResourceOptions {
  ignoreChanges?: string[] | undefined;
  replaceOnChanges?: string[] | undefined;
  deleteBeforeReplace?: boolean | undefined;
  retainOnDelete?: boolean | undefined;
}

/** What a deployment can be told beside its resources. */
export interface DeploymentOptions {
  /** The stack, for what is kept of its resources. */
  owner?: string | undefined;
  /** What stays of the run, if anything does. */
  kept?: Pick<KeptFolder, "get" | "set" | "withSameIds"> | undefined;
}

/** Says which resource has failed. */
export function failureOf({ type, name }: ResourceName, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`${name} (${type}) failed: ${reason}`, { cause: error });
}

/** The resources of one run. It creates them when the program asks for them and deletes them in the reverse order. */
export class Deployment<Cloud = Account> {
  private readonly resources: Deployed<Cloud>[] = [];
  private readonly working = new Set<Promise<unknown>>();
  private readonly failure = Promise.withResolvers<never>();
  private hasFailed = false;

  constructor(
    readonly catalogue: Catalogue<Cloud>,
    readonly cloud: Cloud,
    private readonly progress: Progress,
    private readonly options: DeploymentOptions = {},
  ) {
    // `runProgram` waits for this promise later. Without this line Node would report a failure before that as
    // unhandled.
    this.failure.promise.catch(() => undefined);
  }

  /** Rejects as soon as something fails, with the first error. */
  get failed(): Promise<never> {
    return this.failure.promise;
  }

  get count(): number {
    return this.resources.length;
  }

  /** The resources that exist, in the order in which they came up. */
  get deployed(): readonly Deployed<Cloud>[] {
    return this.resources;
  }

  /** Ends the run with this error. The deployment creates nothing more. */
  fail(error: unknown): void {
    this.hasFailed = true;
    this.failure.reject(error);
  }

  /**
   * Creates a resource. After a failure the promise never settles, because the run is over. Rejecting would not help:
   * what Pulumi's SDK does with a rejected registration depends on who waits for it.
   */
  async create(type: string, name: string, inputs: Properties, options: ResourceOptions = {}): Promise<Created> {
    if (this.hasFailed) return new Promise(() => undefined);
    try {
      const { existing } = await this.add(type, name, inputs, options);
      return existing;
    } catch (error) {
      this.fail(failureOf({ type, name }, error));
      return await new Promise(() => undefined);
    }
  }

  /**
   * Creates a resource.
   *
   * @throws Error when it cannot be created; the run goes on
   */
  add(type: string, name: string, inputs: Properties, options: ResourceOptions): Promise<Deployed<Cloud>> {
    return this.work("created", { type, name }, async () => {
      const kind = this.catalogue.kind(type);
      const resource = { type, name, owner: this.options.owner };
      const { kept } = this.options;
      const make = () => kind.create(inputs, resource, this.cloud);
      const existing =
        this.keptOf(kind, resource, inputs) ?? (await (kept?.withSameIds(keptAs(resource), make) ?? make()));
      if (kind.stateOnly) kept?.set(keptAs(resource), { inputs, existing });
      const deployed = { existing, kind, name: resource, inputs: await wireInputs(inputs), options };
      this.resources.push(deployed);
      return deployed;
    });
  }

  /** Changes a resource in place. @param inputs see {@link wireInputs} */
  change(deployed: Deployed<Cloud>, inputs: Properties): Promise<void> {
    return this.work("updated", deployed.name, async () => {
      const { kind, existing } = deployed;
      existing.state = await updated(kind, existing, inputsOfWire(inputs), this.cloud);
      deployed.inputs = inputs;
    });
  }

  /** Deletes a resource, unless the program wants it to stay when it is no longer in the program. */
  remove(deployed: Deployed<Cloud>): Promise<void> {
    return this.work("deleted", deployed.name, async () => {
      if (!deployed.options.retainOnDelete) await deployed.kind.delete?.(deployed.existing, this.cloud);
      this.resources.splice(this.resources.indexOf(deployed), 1);
    });
  }

  /** Does something with a resource, and reports it. @throws Error when the run is over, or it fails */
  private async work<T>(what: Deed, { type, name }: ResourceName, doIt: () => Promise<T>): Promise<T> {
    if (this.hasFailed) throw new Error("The run is over.");
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    if (what === "created") this.progress.started(type, name);
    const work = doIt();
    this.working.add(work);
    try {
      const result = await work;
      this.progress[what](type, name, seconds());
      return result;
    } catch (error) {
      this.progress.failed(type, name, seconds());
      throw error;
    } finally {
      this.working.delete(work);
    }
  }

  /** A random value of an earlier run, unless the program asks for another one now. */
  private keptOf(kind: Kind<Cloud>, resource: ResourceName, inputs: Properties): Created | undefined {
    if (!kind.stateOnly) return undefined;
    const kept = this.options.kept?.get(keptAs(resource)) as { inputs: Properties; existing: Created } | undefined;
    return JSON.stringify(kept?.inputs) === JSON.stringify(inputs) ? kept?.existing : undefined;
  }

  /** Answers a look-up. A look-up that fails ends the run, as a resource that fails does. */
  async call(token: string, inputs: Properties): Promise<Properties> {
    if (this.hasFailed) return new Promise(() => undefined);
    try {
      return await this.catalogue.call(token)(inputs, this.cloud);
    } catch (error) {
      this.fail(error);
      return new Promise(() => undefined);
    }
  }

  /** Ends the run, and leaves the resources as they are. The deployment creates nothing more. */
  abandon(): void {
    this.hasFailed = true;
  }

  /**
   * Deletes all resources, the newest first. It goes on when a resource cannot be deleted, and returns the errors.
   *
   * At first it does not wait for resources that are still being created, because that may take minutes. Many of them
   * end as soon as the resources that they use are gone: an invocation ends with its function. What such a resource still
   * uses cannot be deleted before it, so that is tried again.
   */
  async destroy(): Promise<Error[]> {
    this.hasFailed = true;
    this.progress.deleting(this.resources.length);
    await this.deleteCreated();
    await Promise.race([Promise.allSettled(this.working), sleep(patience, undefined, { ref: false })]);
    // After changes, an older resource may use a newer one.
    for (;;) {
      const { length } = this.resources;
      const errors = await this.deleteCreated();
      if (errors.length === 0 || this.resources.length === length) return errors;
    }
  }

  /** Deletes what exists now. What cannot be deleted stays in the list. */
  private async deleteCreated(): Promise<Error[]> {
    const errors: Error[] = [];
    const left: Deployed<Cloud>[] = [];
    for (let resource = this.resources.pop(); resource !== undefined; resource = this.resources.pop()) {
      const { existing, kind, name } = resource;
      try {
        await kind.delete?.(existing, this.cloud);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        errors.push(new Error(`${name.name} (${name.type}) could not be deleted: ${reason}`, { cause: error }));
        left.unshift(resource);
      }
    }
    this.resources.push(...left);
    return errors;
  }
}
