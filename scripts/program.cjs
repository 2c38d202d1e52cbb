// Makes `pulumi preview` and `pulumi up` cheaper. Pulumi.yaml lets Node load this file before Pulumi, in the process that evaluates
// the program. docs/bench-preview.md has what it saves.
const { enableCompileCache } = require("node:module");
const { resolve } = require("node:path");

// Node would compile TypeScript, Pulumi and its SDKs anew in every run. Before version 22.1 it can do nothing else.
enableCompileCache?.(resolve(".cache/compile"));

/**
 * Pulumi reads a stack trace at each of its promises and resources. ts-node looks every frame of it up in source maps, though nearly all
 * frames are the same ones again. So this looks each of them up once.
 */
function lookingUpOnce(prepare) {
  const known = new Map();
  const lookUp = (frame) => {
    const text = String(frame);
    const found = known.get(text) ?? prepare(new Error(), [frame]).replace(/^Error/, "");
    known.set(text, found);
    return found;
  };
  return (error, frames) => prepare(error, []) + frames.map(lookUp).join("");
}

let prepareStackTrace;
// ts-node sets this property later.
Object.defineProperty(Error, "prepareStackTrace", {
  configurable: true,
  enumerable: true,
  get: () => prepareStackTrace,
  set: (prepare) => {
    prepareStackTrace = prepare && lookingUpOnce(prepare);
  },
});
