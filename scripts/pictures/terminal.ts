import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { escaped } from "./svg";

/** A line of a program's output, and when it came, in seconds after the start. */
interface Line {
  text: string;
  at: number;
}

const root = join(__dirname, "../..");
const columns = 100;
const lineHeight = 19;
/** Lines of the long middle part that the picture leaves out. */
const shown = { first: 6, last: 22 };

/** Runs `npm start`, and draws what it prints as a terminal in which the lines come when they came. */
export async function terminal(): Promise<string> {
  const lines = shortened(await record("npm", ["start"]));
  const height = 58 + lineHeight * (lines.length + 1);
  const width = columns * 8.45 + 40;
  const rows = [{ text: "$ npm start", at: 0 }, ...lines].map(
    ({ text, at }, index) =>
      `<text x="20" y="${60 + lineHeight * index}" class="row" style="animation-delay:${at.toFixed(2)}s"${
        text.startsWith("$") || text.startsWith("[[") ? ' font-weight="bold"' : ""
      } xml:space="preserve">${escaped(text)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    "<title>What npm start prints, as recorded</title>",
    `<style>
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #e6edf3; }
  .row { animation: show 0.01s both; }
  @keyframes show { from { opacity: 0; } to { opacity: 1; } }
  @media (prefers-reduced-motion: reduce) { .row { animation: none; } }
</style>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117" stroke="#3d444d"/>`,
    ...["#ff5f57", "#febc2e", "#28c840"].map(
      (colour, index) => `<circle cx="${24 + 20 * index}" cy="20" r="6" fill="${colour}"/>`,
    ),
    ...rows,
    "</svg>",
    "",
  ].join("\n");
}

async function record(command: string, args: string[]): Promise<Line[]> {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const lines: Line[] = [];
  const started = performance.now();
  const exited = once(child, "exit");
  for await (const text of createInterface(child.stdout)) {
    lines.push({ text, at: (performance.now() - started) / 1000 });
  }
  const [code] = (await exited) as [number];
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return lines;
}

/** Without npm's own lines, the log and the middle of the resources, and without what is too long for the terminal. */
function shortened(lines: Line[]): Line[] {
  const own = lines.filter(({ text }) => text !== "" && !text.startsWith("> ") && !text.startsWith("    /"));
  const left = own.length - shown.first - shown.last;
  const gap: Line = { text: `  ⋮ ${left} more`, at: own[shown.first]?.at ?? 0 };
  const kept = left > 0 ? [...own.slice(0, shown.first), gap, ...own.slice(-shown.last)] : own;
  return kept.map(({ text, at }) => ({ text: text.length > columns ? `${text.slice(0, columns - 1)}…` : text, at }));
}
