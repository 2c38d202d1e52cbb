/**
 * Writes a transcript of a local stack into docs/local-stack.md: up, a second up, one change, destroy, with their times. It needs the
 * Pulumi CLI with its language host on PATH.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const document = join(root, "docs/local-stack.md");
const [begin, end] = ["<!-- The transcript: written by scripts/localStack -->", "<!-- End of the transcript -->"];
const stack = ["--stack", "transcript"];

/** Runs a command of `npm run local` as a user types it. */
function local(...args: string[]): { output: string; seconds: string } {
  const started = performance.now();
  const run = spawnSync("npm", ["run", "--silent", "local", "--", ...args], { cwd: root, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${args.join(" ")} failed:\n${run.stdout}${run.stderr}`);
  return { output: run.stdout, seconds: ((performance.now() - started) / 1000).toFixed(1) };
}

/** Without what only says that something begins, goes on or is one of the outputs that AWS chooses. */
function shortened(output: string): string {
  const lines = output.split("\n").map((line) => line.trimEnd());
  const isNoise = (line: string) =>
    line === "" ||
    /^(@ |Updating|Destroying|Created stack|The resources in the stack|If you want)/.test(line) ||
    /(ing \(\d+s\)|ing\b.*\[retain\])/.test(line);
  const outputs = lines.findIndex((line) => line.startsWith("Outputs:"));
  const resources = lines.findIndex((line) => line.startsWith("Resources:"));
  const kept = lines.filter(
    (line, index) => !isNoise(line) && !(outputs >= 0 && index >= outputs && index < resources),
  );
  return kept.map((line) => line.replace(/ \(http.*\)/, "")).join("\n");
}

const parts: string[] = [];
function show(title: string, ...command: string[]): void {
  const { output, seconds } = local("pulumi", ...command, ...stack);
  const typed = command.filter((word) => !["--yes", "--skip-preview", "--non-interactive"].includes(word)).join(" ");
  parts.push(`${title}:\n\n\`\`\`\n$ npm run local -- pulumi ${typed}\n${shortened(output)}\n(${seconds} s)\n\`\`\``);
}

const quietly = ["--yes", "--skip-preview", "--non-interactive"];
show("An empty stack", "up", ...quietly);
show("A second time", "up", ...quietly);
local("pulumi", "config", "set", "maxConnectionsPercent", "50", ...stack);
show("After `npm run local -- pulumi config set maxConnectionsPercent 50`", "up", ...quietly);
show("The end", "destroy", ...quietly);
local("pulumi", "stack", "rm", "--yes", "transcript");

const text = readFileSync(document, "utf8");
const [before, after] = [text.indexOf(begin), text.indexOf(end)];
if (before < 0 || after < 0) throw new Error(`${document} has no place for the transcript.`);
writeFileSync(document, `${text.slice(0, before + begin.length)}\n\n${parts.join("\n\n")}\n\n${text.slice(after)}`);
