/** Both colour schemes of a page: an SVG in an `<img>` follows the reader's own. */
const style = `
  text { font: 14px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .small { font-size: 12px; fill: #59636e; }
  .box { fill: #f6f8fa; stroke: #818b98; }
  .core { fill: #ddf4ff; stroke: #0969da; }
  .frame { fill: none; stroke: #818b98; stroke-dasharray: 5 4; }
  .line { fill: none; stroke: #59636e; stroke-width: 1.5; }
  .dashed { stroke-dasharray: 5 4; }
  .head { fill: #59636e; stroke: none; }
  .halo { fill: #ffffff; stroke: #ffffff; stroke-width: 4; paint-order: stroke; }
  .life { stroke: #d1d9e0; }
  .note { fill: #fff8c5; stroke: #d4a72c; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .small { fill: #9198a1; }
    .box { fill: #151b23; stroke: #656c76; }
    .core { fill: #121d2f; stroke: #4493f8; }
    .frame { stroke: #656c76; }
    .line { stroke: #9198a1; }
    .head { fill: #9198a1; }
    .halo { stroke: #0d1117; fill: #0d1117; }
    .life { stroke: #3d444d; }
    .note { fill: #272115; stroke: #9e6a03; }
  }`;

/** A picture that reads in light and in dark. @param description what it shows, for those who do not see it */
export function picture(width: number, height: number, description: string, parts: string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(description)}</title>`,
    `<style>${style}\n</style>`,
    `<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head" d="M0 0L10 5L0 10z"/></marker></defs>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

type Anchor = "start" | "middle" | "end";

export const label = (x: number, y: number, text: string, className = "", anchor: Anchor = "middle"): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}"${className && ` class="${className}"`}>${escaped(text)}</text>`;

/** A text on a line: a halo in the colour of the page keeps it readable. */
export const labelOnLine = (x: number, y: number, text: string, anchor: Anchor = "middle"): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" class="small halo" aria-hidden="true">${escaped(text)}</text>` +
  label(x, y, text, "small", anchor);

export const rectangle = (x: number, y: number, width: number, height: number, className: string): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" class="${className}"/>`;

/** A line through points, with a head at its end. */
export const arrow = (points: [number, number][], className = ""): string =>
  `<path class="line ${className}" marker-end="url(#head)" d="M${points.map(([x, y]) => `${x} ${y}`).join("L")}"/>`;
