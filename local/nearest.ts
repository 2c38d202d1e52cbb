/** Returns the known word that is most like a wrong one, or undefined when none is similar. */
export function nearest(wrong: string, known: string[]): string | undefined {
  const [best] = known
    .map((word) => ({ word, distance: distanceBetween(wrong.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.max(2, Math.floor(word.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return best?.word;
}

/**
 * How many letters have to be inserted or deleted to turn one word into the other. A wrong letter counts twice, so that `--stak`
 * is like `--stack` and not like `--stay`: that is why it is not Levenshtein's distance.
 */
function distanceBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let index = 0; index < from.length; index++) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (from[index] === to[column - 1] ? 0 : 2);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
