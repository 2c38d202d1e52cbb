import * as pulumi from "@pulumi/pulumi";
import { Graph } from "./graph";
import { type MockOptions, mocks } from "./mocks";
import { loadAnew } from "./program";
import { recordMessages, recordRegistrations } from "./recorders";
import { withoutStackTraces } from "./stackTraces";

/** Options of {@link graphOf}. */
export interface GraphOptions extends MockOptions {
  /**
   * Name of the project.
   * @default "project"
   */
  project?: string;
  /**
   * Name of the stack.
   * @default "test"
   */
  stack?: string;
  /** The stack's configuration. A key without a namespace, such as the `aws` in `aws:region`, belongs to the project. */
  config?: Record<string, string>;
  /** Keys of the configuration whose values are secret. */
  secretConfig?: string[];
  /**
   * Whether errors have stack traces while the program runs. Pulumi takes one at each of its promises, so that a program
   * needs twice the time. Switch it on to find out where a program throws an error.
   *
   * @default false
   */
  stackTraces?: boolean;
}

/** A program: the path of its main file, or a function that creates its resources and returns the stack's outputs. */
export type Program = string | (() => Promise<object> | object);

/**
 * Runs a program with mocked resources, and returns what it registered. Programs must run one after the other, because
 * Pulumi keeps the state of a program in its modules.
 *
 * @example
 * ```ts
 * const graph = await graphOf("index.ts", { config: { size: "3" } });
 * assert.equal(graph.one("aws:rds/instance:Instance").inputs.engine, "mysql");
 * ```
 *
 * @param program a path counts from the folder that the test runs in, and the file with all that it requires is loaded anew
 * @throws the program's own error, without a stack trace unless {@link GraphOptions.stackTraces} is on
 */
export async function graphOf(
  program: Program,
  {
    project = "project",
    stack = "test",
    config = {},
    secretConfig = [],
    stackTraces = false,
    ...answers
  }: GraphOptions = {},
): Promise<Graph> {
  await pulumi.runtime.setMocks(mocks(answers), project, stack, answers.preview ?? false);
  const fullKey = (key: string) => (key.includes(":") ? key : `${project}:${key}`);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [fullKey(key), value])),
    secretConfig.map(fullKey),
  );
  const resources = recordRegistrations();
  const messages = recordMessages();
  const run = async () => {
    const exported = typeof program === "string" ? await loadAnew(program) : await program();
    await pulumi.runtime.disconnect();
    return exported;
  };
  const returned = await (stackTraces ? run() : withoutStackTraces(run)).finally(messages.stop);
  const outputs: Record<string, unknown> = {};
  const secretOutputs: string[] = [];
  for (const [key, value] of Object.entries(returned)) {
    const output: pulumi.Output<unknown> = pulumi.output(value);
    outputs[key] = await (output as unknown as { promise(): Promise<unknown> }).promise();
    if (await pulumi.isSecret(output)) secretOutputs.push(key);
  }
  return new Graph(resources, outputs, secretOutputs, messages.warnings, messages.notes);
}
