import type { Cloud, Kind, Properties, ResourceContext } from "./kind";
import type { Progress } from "./progress";

interface Resource {
  id: string;
  state: Properties;
  kind: Kind;
  context: ResourceContext;
}

/** The resources of one run: created as they are asked for, deleted in the reverse order. */
export class Deployment {
  private readonly resources: Resource[] = [];
  private readonly creating = new Set<Promise<unknown>>();
  private readonly failure = Promise.withResolvers<never>();
  private hasFailed = false;

  constructor(
    private readonly cloud: Cloud,
    private readonly progress: Progress,
  ) {
    // Whoever runs the program waits for this too; until then a failure is not an unhandled one.
    this.failure.promise.catch(() => undefined);
  }

  /** Rejects with the first thing that went wrong, as soon as it does. */
  get failed(): Promise<never> {
    return this.failure.promise;
  }

  get count(): number {
    return this.resources.length;
  }

  /** Ends the run with this error: nothing more is created. */
  fail(error: unknown): void {
    this.hasFailed = true;
    this.failure.reject(error);
  }

  /**
   * Creates a resource. After a failure the promise never settles: what Pulumi's SDK does with a rejected registration
   * depends on who waits for it, and the run is over anyway.
   */
  async create(type: string, name: string, inputs: Properties): Promise<{ id: string; state: Properties }> {
    if (this.hasFailed) return new Promise(() => undefined);
    const work = this.realise(type, name, inputs);
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

  private async realise(type: string, name: string, inputs: Properties) {
    const kind = this.cloud.kind(type);
    const context = {
      type,
      name,
      progress: (message: string) => {
        this.progress.message(type, name, message);
      },
    };
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    this.progress.started(type, name);
    try {
      const { id, state } = await kind.create(inputs, context);
      this.resources.push({ id, state, kind, context });
      this.progress.created(type, name, seconds());
      return { id, state };
    } catch (error) {
      this.progress.failed(type, name, seconds());
      throw error;
    }
  }

  /** Deletes everything that was created, the youngest first. One that cannot be deleted does not keep the rest. */
  async destroy(): Promise<Error[]> {
    this.hasFailed = true;
    await Promise.allSettled(this.creating);
    this.progress.deleting(this.resources.length);
    const errors: Error[] = [];
    for (let resource = this.resources.pop(); resource !== undefined; resource = this.resources.pop()) {
      const { id, state, kind, context } = resource;
      try {
        await kind.delete?.(id, state, context);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        errors.push(new Error(`${context.name} (${context.type}) could not be deleted: ${reason}`, { cause: error }));
      }
    }
    return errors;
  }
}
