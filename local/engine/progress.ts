import { shorten } from "../terminal";

/** What has been done with a resource. */
export type Deed = "created" | "updated" | "deleted";

/** What a deployment reports while it works. */
export interface Progress {
  started(type: string, name: string): void;
  created(type: string, name: string, seconds: number): void;
  updated(type: string, name: string, seconds: number): void;
  deleted(type: string, name: string, seconds: number): void;
  failed(type: string, name: string, seconds: number): void;
  deleting(count: number): void;
}

/** Reports nothing. */
export const silent: Progress = {
  started: () => undefined,
  created: () => undefined,
  updated: () => undefined,
  deleted: () => undefined,
  failed: () => undefined,
  deleting: () => undefined,
};

/** Milliseconds between two lines about a resource that is still being created. */
const interval = 1_000;

/** Width of the columns for type and name, unless the terminal is too narrow or a name is longer. */
const usualWidth = 36;

/** Prints a line for each resource that was created, changed or deleted, and a line a second for each that is still being created. */
export class ProgressLines implements Progress {
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  /** @param columns returns the width of the terminal; undefined for no limit */
  constructor(
    private readonly print: (line: string) => void,
    private readonly columns: () => number | undefined = () => undefined,
  ) {}

  started(type: string, name: string): void {
    const start = Date.now();
    const timer = setInterval(() => {
      this.line("~", type, name, `creating for ${((Date.now() - start) / 1000).toFixed(0)} s`);
    }, interval);
    this.waiting.set(`${type} ${name}`, timer.unref());
  }

  created(type: string, name: string, seconds: number): void {
    this.finish("+", type, name, seconds);
  }

  updated(type: string, name: string, seconds: number): void {
    this.finish("~", type, name, seconds);
  }

  deleted(type: string, name: string, seconds: number): void {
    this.finish("-", type, name, seconds);
  }

  failed(type: string, name: string, seconds: number): void {
    this.finish("x", type, name, seconds);
  }

  deleting(count: number): void {
    this.print(`Taking ${count} resources down`);
  }

  private finish(sign: string, type: string, name: string, seconds: number): void {
    clearInterval(this.waiting.get(`${type} ${name}`));
    this.line(sign, type, name, `${seconds.toFixed(2)} s`);
  }

  private line(sign: string, type: string, name: string, text: string): void {
    const columns = this.columns() ?? Infinity;
    // One character for the sign, and three spaces. The type leaves room for a time such as "12.34 s".
    const typeRoom = Math.max(1, Math.floor((columns - 4 - 7) / 2));
    const shownType = shorten(shortType(type), typeRoom).padEnd(Math.min(usualWidth, typeRoom));
    const nameRoom = Math.max(1, columns - 4 - shownType.length - text.length);
    const shownName = shorten(name, nameRoom).padEnd(Math.min(usualWidth, nameRoom));
    this.print(`${sign} ${shownType} ${shownName} ${text}`);
  }
}

/** Shortens `aws:rds/instance:Instance` to `aws:rds:Instance`, as the Pulumi CLI does. */
function shortType(type: string): string {
  return type.replace(/\/[^:]+/, "");
}
