import type { Account } from "../account";
import {
  type Created,
  type Deployed,
  type Deployment,
  failureOf,
  inputsOfWire,
  type Properties,
  type ResourceOptions,
} from "../engine";
import { planOf } from "../provider/diff";
import type { Request } from "./messages";

/**
 * One run of the program against resources that exist. It makes only the difference, as Pulumi's engine does: it creates, changes,
 * replaces, and at the end deletes what the program no longer registers.
 */
export class Pass {
  /** How many resources it has created, changed or deleted. */
  changes = 0;
  private readonly registered = new Set<Deployed>();
  private readonly failure = Promise.withResolvers<never>();
  private hasFailed = false;

  constructor(
    private readonly deployment: Deployment,
    private readonly account: Account,
  ) {
    this.failure.promise.catch(() => undefined);
  }

  /** Rejects with the first error. */
  get failed(): Promise<never> {
    return this.failure.promise;
  }

  /** Answers what the program registers or looks up. After a failure the answer never comes. */
  readonly answer = async (request: Request): Promise<Created | Properties> => {
    if (this.hasFailed) return new Promise(() => undefined);
    const { token, inputs } = request;
    try {
      if (request.type === "call") return await this.deployment.catalogue.call(token)(inputs, this.account);
      return await this.register(token, request.name, inputs, request.options);
    } catch (error) {
      this.hasFailed = true;
      this.failure.reject(request.type === "call" ? error : failureOf({ type: token, name: request.name }, error));
      return new Promise(() => undefined);
    }
  };

  private async register(type: string, name: string, given: Properties, options: ResourceOptions): Promise<Created> {
    const known = this.find(type, name);
    if (known === undefined) return this.create(type, name, given, options);
    this.registered.add(known);
    known.options = options;
    const inputs = keptInputs(known.inputs, given, options.ignoreChanges);
    const { changes, replacing, deleteFirst } = planOf(type, known.inputs, inputs);
    const isReplaced = replacing.length > 0 || changes.some(({ path }) => isIn(path, options.replaceOnChanges));
    if (isReplaced) return this.replace(known, inputs, options, options.deleteBeforeReplace ?? deleteFirst);
    if (changes.length > 0) {
      this.changes++;
      await this.deployment.change(known, inputs);
    }
    return known.existing;
  }

  /** The newest resource of this name that has not been registered in this pass. One that has vanished with another is none. */
  private find(type: string, name: string): Deployed | undefined {
    return this.deployment.deployed.findLast(
      (deployed) =>
        deployed.name.type === type &&
        deployed.name.name === name &&
        !this.registered.has(deployed) &&
        deployed.kind.exists?.(deployed.existing, this.account) !== false,
    );
  }

  private async create(type: string, name: string, inputs: Properties, options: ResourceOptions): Promise<Created> {
    this.changes++;
    const created = await this.deployment.add(type, name, inputsOfWire(inputs), options);
    this.registered.add(created);
    return created.existing;
  }

  /** The old one goes at the end, when nothing uses it any more, unless both cannot exist at the same time. */
  private async replace(
    old: Deployed,
    inputs: Properties,
    options: ResourceOptions,
    deleteFirst: boolean,
  ): Promise<Created> {
    const { type, name } = old.name;
    if (deleteFirst) await this.deployment.remove(old);
    this.registered.delete(old);
    return this.create(type, name, inputs, options);
  }

  /** Deletes what the program has not registered, the newest first. @throws Error when something cannot be deleted */
  async finish(): Promise<void> {
    for (;;) {
      const errors: Error[] = [];
      const left = this.deployment.deployed.filter((deployed) => !this.registered.has(deployed)).reverse();
      for (const deployed of left) {
        try {
          await this.deployment.remove(deployed);
          this.changes++;
        } catch (error) {
          errors.push(failureOf(deployed.name, error));
        }
      }
      const [first] = errors;
      if (first === undefined) return;
      // Another round helps where one of them uses another.
      if (errors.length === left.length) throw first;
    }
  }
}

/** The new inputs, with the old ones where the program wants changes to be ignored. */
function keptInputs(old: Properties, wanted: Properties, ignored: string[] = []): Properties {
  const inputs = { ...wanted };
  for (const path of ignored) {
    const [top = "", ...rest] = path.split(".");
    const [before, after] = [old[top], wanted[top]];
    if (rest.length > 0 && isObject(before) && isObject(after)) {
      inputs[top] = keptInputs(before, after, [rest.join(".")]);
    } else if (top in old) {
      inputs[top] = before;
    } else {
      Reflect.deleteProperty(inputs, top);
    }
  }
  return inputs;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isIn(path: string, paths: string[] = []): boolean {
  return paths.some((candidate) => candidate === "*" || candidate === path || candidate === path.split(/[.[]/)[0]);
}
