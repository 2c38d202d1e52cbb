import { arrow, label, labelOnLine, picture, rectangle } from "./svg";

type Step =
  | { kind: "message"; from: string; to: string; reply: boolean; text: string }
  | { kind: "note"; actor: string; text: string };

/** A sequence of messages, as a text describes it. */
interface Sequence {
  title: string;
  actors: string[];
  steps: Step[];
}

const column = 176;
const row = 44;
const top = 62;

/**
 * Draws a sequence of messages. Its text has a line with the title, one with the actors from left to right, and then a line for each
 * message (`A -> B: text`, or `A --> B: text` for an answer) and each note (`A: text`).
 *
 * @throws Error that names a line which is none of these
 */
export function sequence(text: string): string {
  const { title, actors, steps } = read(text);
  const width = column * actors.length + 30;
  const height = top + row * steps.length + 40;
  const xOf = (actor: string): number => 15 + column * (actors.indexOf(actor) + 0.5);
  return picture(width, height, title, [
    ...actors.map((actor) => `<path class="life" d="M${xOf(actor)} ${top - 14}V${height - 16}"/>`),
    ...actors.flatMap((actor) => [
      rectangle(xOf(actor) - 80, 14, 160, 34, "core"),
      label(xOf(actor), 36, actor, "title"),
    ]),
    ...steps.flatMap((step, index) => stepAt(step, top + row * index + 30, width, xOf)),
  ]);
}

function stepAt(step: Step, y: number, width: number, xOf: (actor: string) => number): string[] {
  if (step.kind === "note") {
    const x = xOf(step.actor);
    const half = Math.max(60, step.text.length * 3.4 + 10);
    const left = Math.max(8, Math.min(x - half, width - 8 - half * 2));
    return [rectangle(left, y - 18, half * 2, 26, "note"), label(left + half, y, step.text, "small")];
  }
  const [from, to] = [xOf(step.from), xOf(step.to)];
  return [
    arrow(
      [
        [from, y],
        [to, y],
      ],
      step.reply ? "dashed" : "",
    ),
    labelOnLine((from + to) / 2, y - 7, step.text),
  ];
}

function read(text: string): Sequence {
  const [title = "", actorLine = "", ...lines] = text.split("\n").filter((line) => line.trim() !== "");
  const actors = actorLine.split(",").map((name) => name.trim());
  return { title, actors, steps: lines.map((line) => stepIn(line, actors)) };
}

function stepIn(line: string, actors: string[]): Step {
  const [, from = "", sign, to = "", text = ""] = /^([^:>-]+?)\s*(?:(--?>)\s*([^:]+?)\s*)?:\s*(.+)$/.exec(line) ?? [];
  const named = sign === undefined ? [from] : [from, to];
  const stranger = named.find((name) => !actors.includes(name));
  if (stranger !== undefined) throw new Error(`"${line}" names "${stranger}", which is none of ${actors.join(", ")}`);
  return sign === undefined
    ? { kind: "note", actor: from, text }
    : { kind: "message", from, to, reply: sign === "-->", text };
}
