import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../account";
import { kindOf } from "../kinds";
import type { Configuration } from "./configuration";
import { callFunction } from "./functions";
import type { Kind, Realised, Registration } from "./kind";
import { plain, type Properties } from "./plain";

/** What is told about a run while it goes on. */
export interface Progress {
  /** A resource is being made. Not every one takes long enough to tell. */
  started?(resource: Registration): void;
  /** A resource exists. */
  created(resource: Registration, milliseconds: number): void;
  /** A resource is gone. */
  deleted(resource: Registration, milliseconds: number): void;
}

/** The outputs that a program exported, and which of them are secret. */
export interface Outputs {
  values: Properties;
  secrets: ReadonlySet<string>;
}

interface Existing {
  resource: Registration;
  kind: Kind;
  realised: Realised;
}

/**
 * Runs a Pulumi program, unchanged, against an account of the stand-in, in the place of Pulumi's own engine: whatever the
 * program registers is made by its kind, in the order that the program's dependencies ask for.
 */
export class Engine {
  private readonly existing: Existing[] = [];
  private readonly fail = Promise.withResolvers<never>();

  constructor(
    private readonly account: Account,
    private readonly progress: Progress,
  ) {
    // It is heard by `up`; a failure while nothing listens is none.
    this.fail.promise.catch(() => undefined);
  }

  /** How many resources exist. */
  get size(): number {
    return this.existing.length;
  }

  /** Stops `up` where it is, with an error. */
  readonly abort = (error: unknown): void => {
    this.fail.reject(error);
  };

  /**
   * Runs the program in a folder and returns what it exported.
   *
   * @throws the first error: the program's own, or that of a resource that could not be made
   */
  async up(folder: string, stack: string, { project, values }: Configuration): Promise<Outputs> {
    // A rejected input surfaces in no promise that the program holds, so Node hands it to the process.
    process.on("unhandledRejection", this.abort);
    try {
      await pulumi.runtime.setMocks(
        {
          newResource: (args) => this.register(args),
          call: ({ token, inputs }) => this.call(token, inputs as Properties),
        },
        project,
        stack,
        false,
      );
      pulumi.runtime.setAllConfig(values);
      return await Promise.race([runProgram(folder), this.fail.promise]);
    } finally {
      process.off("unhandledRejection", this.abort);
    }
  }

  /** Deletes everything that exists, what was made last first. @throws the first error, after trying all */
  async down(): Promise<void> {
    const errors: unknown[] = [];
    for (let last = this.existing.pop(); last !== undefined; last = this.existing.pop()) {
      const { resource, kind, realised } = last;
      const started = performance.now();
      try {
        await kind.delete?.(realised, this.account);
        this.progress.deleted(resource, performance.now() - started);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  private async register({ name, type, inputs, custom }: pulumi.runtime.MockResourceArgs) {
    // Components of the program have no counterpart in AWS; those that a provider implements (awsx) do.
    const isRemote = type.startsWith("awsx:");
    if (!custom && !isRemote) return { id: undefined, state: {} };
    const resource = { name, type };
    const started = performance.now();
    this.progress.started?.(resource);
    try {
      const kind = kindOf(type);
      const realised = await kind.create(plain(inputs) as Properties, resource, this.account);
      this.existing.push({ resource, kind, realised });
      this.progress.created(resource, performance.now() - started);
      return { id: custom ? realised.id : undefined, state: realised.state };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.abort(new Error(`${type} "${name}": ${reason}`, { cause: error }));
      // The run is over. Told of the failure, Pulumi's mocks would print it once more and go on.
      return new Promise<never>(() => undefined);
    }
  }

  private call(token: string, inputs: Properties): Promise<Properties> {
    try {
      return Promise.resolve(callFunction(token, plain(inputs) as Properties, this.account));
    } catch (error) {
      this.abort(error);
      return new Promise<never>(() => undefined);
    }
  }
}

async function runProgram(folder: string): Promise<Outputs> {
  const exported = (await pulumi.runtime.runInPulumiStack(
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the program is loaded by its path, as Pulumi does
    () => Promise.resolve(require(join(folder, "index.ts")) as Properties),
  )) as Properties | undefined;
  const values: Properties = {};
  const secrets = new Set<string>();
  for (const [key, value] of Object.entries(exported ?? {})) {
    const output = pulumi.output(value) as pulumi.Output<unknown> & { promise(): Promise<unknown> };
    const known = await output.promise();
    if (known !== undefined) values[key] = known;
    if (await pulumi.isSecret(output)) secrets.add(key);
  }
  await pulumi.runtime.disconnect();
  return { values, secrets };
}
