import assert from "node:assert/strict";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { type LocalStack } from "./localStack";
import { passwordsIn, resourcesOf } from "./state";

/** One stack from nothing to nothing. */
export interface Lifecycle {
  /** What previews warn of. @default nothing */
  warnings?: RegExp[];
  /** What has to happen before `pulumi destroy` does. */
  beforeDestroy?: (stack: LocalStack) => Promise<void>;
}

/** Brings an empty stack up, checks that nothing more is to do, and destroys it. */
export async function liveThrough(stack: LocalStack, { warnings = [], beforeDestroy }: Lifecycle = {}): Promise<void> {
  const others = await stack.existing();
  const planned = await stack.preview();
  assert.ok(planned.length >= 40, planned.join("\n"));
  assert.deepEqual(
    planned.filter((step) => !step.startsWith("create ")),
    [],
  );
  assertMatches(stack.last.warnings, warnings);

  const { steps, outputs } = await stack.up();
  assert.deepEqual([...steps].sort(), [...planned].sort());
  assertRows(outputs);
  assert.deepEqual((await stack.up()).steps, [], "second up");
  assert.deepEqual(await stack.preview(), [], "second preview");
  assert.deepEqual(await stack.refresh(), [], "refresh");
  await assertKeepsSecrets(stack, outputs);

  await beforeDestroy?.(stack);
  const dependencies = await dependenciesIn(stack);
  await stack.destroy();
  assert.equal(await stack.existing(), others);
  assert.deepEqual(deletedTooEarly(dependencies, stack.last.deletions), []);
}

export function assertRows({ rows }: OutputMap): void {
  assert.deepEqual(rows?.value, [
    [1, "taro"],
    [2, "hanako"],
  ]);
}

function assertMatches(texts: string[], patterns: RegExp[]): void {
  assert.equal(texts.length, patterns.length, texts.join("\n"));
  for (const pattern of patterns) {
    assert.ok(
      texts.some((text) => pattern.test(text)),
      `${pattern} in ${texts.join("\n")}`,
    );
  }
}

/** Neither the state file nor an output holds a password that the stack has made. */
export async function assertKeepsSecrets(stack: LocalStack, outputs: OutputMap): Promise<void> {
  const passwords = passwordsIn(await resourcesOf(stack.stack));
  assert.notEqual(passwords.length, 0);
  const [file, shown] = [await stack.stateFile(), JSON.stringify(outputs)];
  for (const password of passwords) {
    // Without the texts themselves: a failed assertion would print them.
    assert.ok(!file.includes(password), "the state file has a password in plain text");
    assert.ok(!shown.includes(password), "an output has a password in plain text");
  }
}

/** What each resource needs, by URN. */
async function dependenciesIn(stack: LocalStack): Promise<Map<string, string[]>> {
  const resources = await resourcesOf(stack.stack);
  const custom = new Set(resources.filter((resource) => resource.custom).map(({ urn }) => urn));
  return new Map(
    resources.map(({ urn, parent, dependencies = [] }) => [
      urn,
      [...dependencies, ...(parent === undefined ? [] : [parent])].filter((other) => custom.has(other)),
    ]),
  );
}

/** Returns the resources whose deletion began while one that needs them was not gone yet. */
function deletedTooEarly(
  dependencies: ReadonlyMap<string, string[]>,
  deletions: { urn: string; done: boolean }[],
): string[] {
  const begun = new Map<string, number>();
  const ended = new Map<string, number>();
  for (const [index, { urn, done }] of deletions.entries()) (done ? ended : begun).set(urn, index);
  assert.ok(begun.size > 0);
  return [...dependencies].flatMap(([urn, needed]) =>
    needed
      .filter((other) => (begun.get(other) ?? Infinity) < (ended.get(urn) ?? -1))
      .map((other) => `${other} went before ${urn}`),
  );
}
