import * as pulumi from "@pulumi/pulumi";
import { Graph } from "./graph";
import { computedOutputs, type LookUpResult, lookUps } from "./mockedAws";
import { recordRegistrations, recordWarnings } from "./recorders";
import { unwrapped } from "./secrets";
import { withoutStackTraces } from "./stackTraces";

/** Options of {@link graphOf}. */
export interface GraphOptions {
  /** Whether to run the program as `pulumi preview` does: no resource exists, so the program knows only what it was given. */
  preview?: boolean;
  /** The stack's configuration, by keys without the project's name. */
  config?: Record<string, string>;
  /** Keys of the configuration whose values are secret. */
  secretConfig?: string[];
  /** Results of look-ups, by their tokens, such as `aws:ec2/getSubnet:getSubnet`. They replace the usual ones. */
  calls?: Record<string, LookUpResult>;
  /** Outputs of the stacks that the program refers to, by the names of the stacks. */
  stacks?: Record<string, object>;
  /**
   * Whether errors have stack traces while the program runs. Pulumi takes one at each of its promises, so that a program
   * needs twice the time. Switch it on to find out where a program throws an error.
   *
   * @default false
   */
  stackTraces?: boolean;
}

const project = "lambda-rds-proxy";

/**
 * Runs a program with mocked resources, and returns what it registered. Programs must run one after the other, because
 * Pulumi keeps the state of a program in its modules.
 *
 * @param program creates the resources, and returns the stack's outputs
 * @throws the program's own error, without a stack trace unless {@link GraphOptions.stackTraces} is on
 */
export async function graphOf(
  program: () => Promise<Record<string, unknown>> | Record<string, unknown>,
  { preview = false, config = {}, secretConfig = [], calls = {}, stacks = {}, stackTraces = false }: GraphOptions = {},
): Promise<Graph> {
  await pulumi.runtime.setMocks(mocks({ preview, calls, stacks }), project, "test", preview);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`${project}:${key}`, value])),
    secretConfig.map((key) => `${project}:${key}`),
  );
  const resources = recordRegistrations();
  const warnings = recordWarnings();
  const run = async () => {
    const exported = await program();
    await pulumi.runtime.disconnect();
    return exported;
  };
  const returned = await (stackTraces ? run() : withoutStackTraces(run)).finally(warnings.stop);
  const outputs: Record<string, unknown> = {};
  const secretOutputs: string[] = [];
  for (const [key, value] of Object.entries(returned)) {
    const output: pulumi.Output<unknown> = pulumi.output(value);
    outputs[key] = await (output as unknown as { promise(): Promise<unknown> }).promise();
    if (await pulumi.isSecret(output)) secretOutputs.push(key);
  }
  return new Graph(resources, outputs, secretOutputs, warnings.recorded);
}

function mocks({ preview, calls, stacks }: Required<Pick<GraphOptions, "preview" | "calls" | "stacks">>) {
  return {
    newResource: ({ type, name, inputs, custom }: pulumi.runtime.MockResourceArgs) => {
      const id = custom ? `${name}-id` : undefined;
      if (type === "pulumi:pulumi:StackReference") return { id, state: { ...inputs, outputs: stacks[inputs.name] } };
      const known = unwrapped(inputs) as object;
      return { id, state: preview ? known : { ...computedOutputs(type, name), ...known } };
    },
    call: ({ token, inputs }: pulumi.runtime.MockCallArgs) => {
      const result = calls[token] ?? lookUps[token];
      if (result === undefined) throw lookUpError(token);
      return typeof result === "function" ? result(inputs) : result;
    },
  };
}

/** Pulumi shows what it finds in `details`, where gRPC puts the message of an error. */
function lookUpError(token: string): Error {
  const details = `The look-up ${token} has no mocked result: give it one in the option "calls".`;
  return Object.assign(new Error(details), { details });
}
