import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "./config";
import type { Deployment, ResourceOptions } from "./deployment";
import { loadProgram } from "./loadProgram";
import { plain, type Properties } from "./plain";

/** A stack output. */
export interface StackOutput {
  value: unknown;
  secret: boolean;
}

/** What takes the registrations of a program: a deployment, or something that passes them on to one. */
export type Registrar = Pick<Deployment, "create" | "call" | "fail" | "failed">;

/**
 * Runs a Pulumi program without changing it. The deployment creates each resource that the program registers, and
 * answers each of its look-ups. Resolves with the stack's outputs when the program and all its resources are done.
 *
 * @throws Error when the program, a resource or a look-up fails. The caller still has to destroy the deployment then.
 */
export async function runProgram(config: StackConfig, deployment: Registrar): Promise<Record<string, StackOutput>> {
  const { runtime } = pulumi;
  const options = new Map<string, ResourceOptions>();
  const mocks: pulumi.runtime.Mocks = {
    newResource: async ({ type, name, inputs, custom }) => {
      // The program's own components only group resources, and the program registers those one by one. A component of
      // awsx is created by its provider, which is the deployment here.
      if (!custom && !type.startsWith("awsx:")) return { id: undefined, state: {} };
      return deployment.create(type, name, plain(inputs) as Properties, options.get(`${type} ${name}`) ?? {});
    },
    call: ({ token, inputs }) => deployment.call(token, plain(inputs) as Properties),
  };
  await runtime.setMocks(mocks, config.project, config.stack, false);
  runtime.setAllConfig(config.values, config.secretKeys);
  // As with the CLI, paths in a program are relative to the folder of its main file.
  process.chdir(config.folder);

  // Without an engine, Pulumi ignores some errors, such as a callback that cannot be serialised: they show up as
  // unhandled rejections only. After a failure more promises are rejected, so the listener stays unless the program
  // succeeds.
  const onUnhandled = (error: unknown) => {
    deployment.fail(error);
  };
  process.on("unhandledRejection", onUnhandled);
  let exported: Record<string, unknown> = {};
  const program = async () => {
    // Mocks do not see the options of a resource.
    runtime.registerStackTransformation(({ type, name, opts }) => {
      options.set(`${type} ${name}`, optionsOf(opts));
      return undefined;
    });
    return (exported = await loadProgram(config));
  };
  await Promise.race([runtime.runInPulumiStack(program), deployment.failed]);
  // Resources that no output depends on may not be finished yet.
  await Promise.race([runtime.disconnect(), deployment.failed]);
  const outputs = await readOutputs(exported);
  process.off("unhandledRejection", onUnhandled);
  return outputs;
}

function optionsOf(options: pulumi.CustomResourceOptions): ResourceOptions {
  const { ignoreChanges, replaceOnChanges, deleteBeforeReplace, retainOnDelete } = options;
  return { ignoreChanges, replaceOnChanges, deleteBeforeReplace, retainOnDelete };
}

async function readOutputs(exported: Record<string, unknown>): Promise<Record<string, StackOutput>> {
  const entries = Object.entries(exported).filter(([name, value]) => name !== "default" && value !== undefined);
  const outputs = await Promise.all(
    entries.map(async ([name, value]): Promise<[string, StackOutput]> => {
      const output = pulumi.output(value);
      return [name, { value: await valueOf(output), secret: await pulumi.isSecret(output) }];
    }),
  );
  return Object.fromEntries(outputs.filter(([, { value }]) => value !== undefined));
}

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
