import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "../account";
import type { KeptFolder } from "../kept";
import { type Catalogue, type Created, keptAs, type Kind, type ResourceName } from "./kind";
import type { Properties } from "./plain";
import type { Progress } from "./progress";

/**
 * How many milliseconds `destroy` waits for resources that are still being created. The reaper ends what takes longer.
 */
const patience = 10_000;

interface Resource<Cloud> {
  existing: Created;
  kind: Kind<Cloud>;
  name: ResourceName;
}

/** What a deployment can be told beside its resources. */
export interface DeploymentOptions {
  /** The stack, for what is kept of its resources. */
  owner?: string | undefined;
  /** What stays of the run, if anything does. */
  kept?: Pick<KeptFolder, "get" | "set" | "withSameIds"> | undefined;
}

/** The resources of one run. It creates them when the program asks for them and deletes them in the reverse order. */
export class Deployment<Cloud = Account> {
  private readonly resources: Resource<Cloud>[] = [];
  private readonly creating = new Set<Promise<unknown>>();
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

  /** Ends the run with this error. The deployment creates nothing more. */
  fail(error: unknown): void {
    this.hasFailed = true;
    this.failure.reject(error);
  }

  /**
   * Creates a resource. After a failure the promise never settles, because the run is over. Rejecting would not help:
   * what Pulumi's SDK does with a rejected registration depends on who waits for it.
   */
  async create(type: string, name: string, inputs: Properties): Promise<Created> {
    if (this.hasFailed) return new Promise(() => undefined);
    const work = this.createNow(type, name, inputs);
    this.creating.add(work);
    try {
      return await work;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.fail(new Error(`${name} (${type}) failed: ${reason}`, { cause: error }));
      return await new Promise(() => undefined);
    } finally {
      this.creating.delete(work);
    }
  }

  private async createNow(type: string, name: string, inputs: Properties): Promise<Created> {
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    this.progress.started(type, name);
    try {
      const kind = this.catalogue.kind(type);
      const resource = { type, name, owner: this.options.owner };
      const { kept } = this.options;
      const make = () => kind.create(inputs, resource, this.cloud);
      const existing =
        this.keptOf(kind, resource, inputs) ?? (await (kept?.withSameIds(keptAs(resource), make) ?? make()));
      if (kind.stateOnly) kept?.set(keptAs(resource), { inputs, existing });
      this.resources.push({ existing, kind, name: resource });
      this.progress.created(type, name, seconds());
      return existing;
    } catch (error) {
      this.progress.failed(type, name, seconds());
      throw error;
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
    await Promise.race([Promise.allSettled(this.creating), sleep(patience, undefined, { ref: false })]);
    return this.deleteCreated();
  }

  /** Deletes what exists now. What cannot be deleted stays in the list. */
  private async deleteCreated(): Promise<Error[]> {
    const errors: Error[] = [];
    const left: Resource<Cloud>[] = [];
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
