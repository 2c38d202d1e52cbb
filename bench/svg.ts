/** The width of a chart in docs/. */
export const width = 860;

/** A drawing with a title. The line at its foot says what was measured, and on which machine. */
export function drawing(title: string, height: number, parts: string[], foot: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="20" y="26" font-size="16" font-weight="bold">${title}</text>`,
    ...parts,
    text(20, height - 14, foot),
    "</svg>",
    "",
  ].join("\n");
}

export const text = (x: number, y: number, content: string, weight = "normal"): string =>
  `<text x="${x.toFixed(1)}" y="${y}" font-weight="${weight}">${content.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</text>`;

export const bar = (x: number, y: number, length: number, height: number, colour: string): string =>
  `<rect x="${x}" y="${y}" width="${length.toFixed(1)}" height="${height}" fill="${colour}"/>`;

/** The names of the colours, side by side. */
export function legend(x: number, colours: Record<string, string>): string {
  return Object.entries(colours)
    .map(([name, colour], index) => {
      const left = x + index * 130;
      return `<rect x="${left}" y="40" width="12" height="12" fill="${colour}"/>${text(left + 18, 51, name)}`;
    })
    .join("");
}
