import { element, svg, whenChanged } from "./elements.js";

const kinds = { function: "Lambda function", proxy: "RDS Proxy", database: "Database", endpoint: "VPC endpoint" };
const box = { width: 236, height: 66 };
/** Space between two columns, and between two boxes of a column. */
const gap = { column: 120, row: 22 };
const frame = 26;
const narrow = 620;

const columns = (nodes) => [
  nodes.filter(({ kind }) => kind === "function"),
  nodes.filter(({ kind }) => kind === "proxy" || kind === "endpoint"),
  nodes.filter(({ kind }) => kind === "database"),
];

const shortened = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** Draws who reaches whom: from left to right, or from top to bottom on a narrow screen. */
export function pictureIn(container, rules) {
  let data;
  const draw = () => {
    if (data !== undefined) container.replaceChildren(drawn(data, container.clientWidth < narrow));
  };
  new ResizeObserver(draw).observe(container);
  return whenChanged((picture) => {
    data = picture;
    draw();
    const sentences = [...new Set(picture.edges.flatMap((edge) => edge.rules))].sort();
    rules.replaceChildren(...sentences.map((sentence) => element("li", {}, sentence)));
  });
}

function drawn({ nodes, edges }, isNarrow) {
  const groups = columns(nodes);
  const places = new Map();
  let width;
  let height;
  if (isNarrow) {
    let y = frame;
    for (const group of groups) {
      for (const node of group) {
        places.set(node.id, { x: frame + 24, y });
        y += box.height + gap.row;
      }
      y += gap.row;
    }
    [width, height] = [box.width + 2 * frame + 48, y - gap.row];
  } else {
    const tallest = Math.max(...groups.map((group) => group.length));
    height = 2 * frame + tallest * (box.height + gap.row) - gap.row;
    for (const [column, group] of groups.entries()) {
      const used = group.length * (box.height + gap.row) - gap.row;
      for (const [row, node] of group.entries()) {
        const x = frame + column * (box.width + gap.column);
        places.set(node.id, { x, y: (height - used) / 2 + row * (box.height + gap.row) });
      }
    }
    width = 2 * frame + 3 * box.width + 2 * gap.column;
  }
  const sentences = edges.map(
    ({ from, to, port, isOpen, reason }) =>
      `${from} ${isOpen ? "reaches" : "does not reach"} ${to}:${port}${reason ? `: ${reason}` : ""}`,
  );
  return svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": sentences.join(". "),
      class: isNarrow ? "narrow" : "",
    },
    arrowHeads(),
    svg("rect", { x: 4, y: 4, width: width - 8, height: height - 8, rx: 12, class: "vpc" }),
    svg("text", { x: 16, y: height - 12, class: "vpc-name" }, "VPC"),
    ...edges.map((edge) => line(edge, places, isNarrow)),
    ...nodes.map((node) => boxOf(node, places.get(node.id), edges)),
  );
}

function arrowHeads() {
  const head = (id) =>
    svg(
      "marker",
      { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto-start-reverse" },
      svg("path", { d: "M0 0L8 4L0 8z", class: id }),
    );
  return svg("defs", {}, head("open"), head("shut"));
}

function line({ from, to, port, isOpen, reason }, places, isNarrow) {
  const [a, b] = [places.get(from), places.get(to)];
  if (a === undefined || b === undefined) return svg("g");
  const state = isOpen ? "open" : "shut";
  let path;
  let label;
  if (isNarrow) {
    // Down the left side, so that no line crosses a box.
    const [x, y1, y2] = [a.x, a.y + box.height / 2, b.y + box.height / 2];
    const bend = x - 20;
    path = `M${x} ${y1}C${bend - 8} ${y1} ${bend - 8} ${y2} ${x - 2} ${y2}`;
    label = undefined;
  } else {
    const [x1, y1, x2, y2] = [a.x + box.width, a.y + box.height / 2, b.x - 2, b.y + box.height / 2];
    const middle = (x1 + x2) / 2;
    path = `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
    label = svg(
      "text",
      { x: x2 - 14, y: y2 - 8, class: `port ${state}`, "text-anchor": "end" },
      isOpen ? `:${port}` : `✕ :${port}`,
    );
  }
  const title = svg("title", {}, reason ?? `tcp ${port}`);
  return svg(
    "g",
    {},
    svg("path", { d: path, class: `edge ${state}`, "marker-end": `url(#${state})` }, title),
    ...(label === undefined ? [] : [label]),
  );
}

function boxOf({ id, kind, name, groups }, { x, y }, edges) {
  const isCutOff = edges.some((edge) => !edge.isOpen && (edge.from === id || edge.to === id));
  return svg(
    "g",
    { class: `node ${kind}${isCutOff ? " cut-off" : ""}`, transform: `translate(${x} ${y})` },
    svg("title", {}, `${kinds[kind]} ${name}${groups.length > 0 ? `, in ${groups.join(", ")}` : ""}`),
    svg("rect", { width: box.width, height: box.height, rx: 9 }),
    svg("rect", { width: 5, height: box.height - 18, x: 8, y: 9, rx: 2.5, class: "stripe" }),
    svg("text", { x: 24, y: 20, class: "kind" }, kinds[kind]),
    svg("text", { x: 24, y: 38, class: "name" }, shortened(name, 25)),
    svg(
      "text",
      { x: 24, y: 55, class: "group" },
      groups.length > 0 ? `▣ ${shortened(groups.join(", "), 32)}` : "in no VPC",
    ),
  );
}
