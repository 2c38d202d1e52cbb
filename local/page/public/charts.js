import { element } from "./elements.js";

/** How many seconds a chart shows. */
const seconds = 60;

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/**
 * A chart of the last minute.
 *
 * @param lines `{ label, color, unit }` of each line
 */
export function chartOf(title, lines) {
  const container = element("div", { class: "chart" });
  const figure = element("figure", {}, element("figcaption", {}, title, legendOf(lines)), container);
  const data = [[], ...lines.map(() => [])];
  let plot;
  const draw = () => {
    plot?.destroy();
    if (container.clientWidth > 0) plot = new uPlot(options(lines, container.clientWidth), data, container);
  };
  new ResizeObserver(() => {
    if (plot === undefined) draw();
    else plot.setSize({ width: container.clientWidth, height: plot.height });
  }).observe(container);
  // A canvas does not follow the color scheme by itself.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return {
    figure,
    /** Adds the values of one moment. */
    add(at, values) {
      const now = at / 1000;
      data[0].push(now);
      for (const [index, value] of values.entries()) data[index + 1].push(value);
      while (data[0][0] < now - seconds) for (const row of data) row.shift();
      if (plot === undefined) draw();
      plot?.setData(data, false);
      plot?.setScale("x", { min: now - seconds, max: now });
      container.setAttribute("aria-label", lines.map(({ label }, index) => `${label} ${values[index]}`).join(", "));
    },
  };
}

function legendOf(lines) {
  const items = lines.map((line) => {
    const key = element("span", { class: "key", "aria-hidden": "true" });
    key.style.background = `var(--${line.color})`;
    return element("span", { class: "legend-item" }, key, line.label);
  });
  return element("span", { class: "legend" }, ...items);
}

function options(lines, width) {
  const axis = {
    stroke: color("quiet"),
    grid: { stroke: color("grid"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui",
  };
  return {
    width,
    height: 170,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, auto: false },
      y: { range: (_plot, _min, max) => [0, Math.max(lines[0].least ?? 5, max * 1.15)] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        space: 70,
        values: (_plot, ticks) => ticks.map((tick) => new Date(tick * 1000).toLocaleTimeString("en-GB")),
      },
      { ...axis, size: 48, values: (_plot, ticks) => ticks.map((tick) => `${tick}${lines[0].unit ?? ""}`) },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.label,
        stroke: color(line.color),
        width: 2,
        points: { show: false },
        ...(line.fill && { fill: `${color(line.color)}22` }),
      })),
    ],
  };
}
