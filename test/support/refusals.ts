import assert from "node:assert/strict";
import { ArgumentError } from "../../components";
import type { Refusal } from "../components/refusals/row";

/** Fails unless this is one clear sentence: which argument of which component, its value, what is allowed, what to do. */
export function assertSentence(message: string, component: string, [isRefused, advice]: Refusal): void {
  // An argument that does not exist has a sentence of another form.
  if (isRefused.endsWith(" is not an argument")) {
    assert.equal(message, `${isRefused} of ${component}: ${advice}`);
    return;
  }
  const start = `${component}: ${isRefused}, but `;
  assert.equal(message.slice(0, start.length), start);
  const rule = message.slice(start.length);
  assert.ok(rule.includes(advice), `${advice} is in: ${rule}`);
  assert.match(rule, /^[^\n]{20,360}[^.]\.$/, "the message is not one sentence of a reasonable length");
  assert.doesNotMatch(
    rule,
    /[.!?] |undefined|\[object|NaN/,
    "the message has a second sentence, or a value that was not formatted",
  );
}

/** Fails unless a call is refused at once with such a sentence, and unless the sentence hides the passwords in `args`. */
export function assertRefused(run: () => unknown, component: string, refusal: Refusal, args: object = {}): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof ArgumentError, String(error));
    assertSentence(error.message, component, refusal);
    for (const password of passwordsIn(args)) {
      assert.ok(!error.message.includes(password), "the message shows a password");
    }
    return true;
  });
}

/** Values of properties whose name is password, or a misspelling of it. */
function passwordsIn(args: object): string[] {
  return Object.entries(args).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === "string") return /^pass?word$/.test(name) ? [value] : [];
    return typeof value === "object" && value !== null ? passwordsIn(value) : [];
  });
}

/** Arguments as a title for a test. They may contain functions. */
export function inBrief(args: object): string {
  return JSON.stringify(args, (_, value: unknown) => (typeof value === "function" ? "<function>" : value));
}
