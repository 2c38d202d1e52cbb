/** Cuts the middle out of a text that is longer than `width`, because names often differ at their end. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.floor((width - 1) / 2);
  return width < 1 ? "" : `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
}

/** Breaks a text into lines of at most `width` characters, between words where it can. Undefined for no limit. */
export function wrap(text: string, width: number | undefined): string[] {
  if (width === undefined || text.length <= width) return [text];
  const space = text.lastIndexOf(" ", width);
  const end = space > width / 2 ? space : Math.max(1, width);
  return [text.slice(0, end), ...wrap(text.slice(end).trimStart(), width)];
}
