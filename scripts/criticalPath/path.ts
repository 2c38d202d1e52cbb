/** A resource and what it waits for. */
export interface Node {
  urn: string;
  type: string;
  name: string;
  /** URNs of what has to be there before it. */
  dependencies: string[];
}

/** A resource on the path, and when it is there. */
export interface Step {
  type: string;
  name: string;
  seconds: number;
  /** Seconds from the start until it is there. */
  total: number;
}

/**
 * The resources that decide how long a creation takes: each is begun when the one before it is there, and the last one of all
 * is the end. Everything that does not have to wait is taken to be made at the same time.
 *
 * @param seconds how long a resource of a type takes
 */
export function criticalPath(resources: Node[], seconds: (type: string) => number): Step[] {
  const nodes = new Map(resources.map((node) => [node.urn, node]));
  const paths = new Map<string, Step[]>();

  const pathTo = ({ urn, type, name, dependencies }: Node): Step[] => {
    const known = paths.get(urn);
    if (known !== undefined) return known;
    const before = longest(dependencies.flatMap((dependency) => nodes.get(dependency) ?? []).map(pathTo));
    const path = [...before, { type, name, seconds: seconds(type), total: durationOf(before) + seconds(type) }];
    paths.set(urn, path);
    return path;
  };
  return longest(resources.map(pathTo));
}

/** Seconds that a path takes. */
export function durationOf(path: Step[]): number {
  return path.at(-1)?.total ?? 0;
}

function longest(paths: Step[][]): Step[] {
  return paths.reduce((one, other) => (durationOf(other) > durationOf(one) ? other : one), []);
}
