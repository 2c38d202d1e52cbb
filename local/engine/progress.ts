/** What an engine tells while it works. */
export interface Progress {
  started(type: string, name: string): void;
  created(type: string, name: string, seconds: number): void;
  failed(type: string, name: string, seconds: number): void;
  deleting(count: number): void;
}

/** Tells nothing. */
export const silent: Progress = {
  started: () => undefined,
  created: () => undefined,
  failed: () => undefined,
  deleting: () => undefined,
};

/** How often somebody who waits is told that the work goes on. */
const patience = 1_000;

/** A line for each resource that is there, and for each that takes longer than a second. */
export class ProgressLines implements Progress {
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(private readonly print: (line: string) => void) {}

  started(type: string, name: string): void {
    const start = Date.now();
    const timer = setInterval(() => {
      this.line("~", type, name, `creating for ${((Date.now() - start) / 1000).toFixed(0)} s`);
    }, patience);
    this.waiting.set(`${type} ${name}`, timer.unref());
  }

  created(type: string, name: string, seconds: number): void {
    this.finish("+", type, name, seconds);
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
    this.print(`${sign} ${shortType(type).padEnd(36)} ${name.padEnd(36)} ${text}`);
  }
}

/** `aws:rds:Instance` for `aws:rds/instance:Instance`, as the Pulumi CLI shows it. */
function shortType(type: string): string {
  return type.replace(/\/[^:]+/, "");
}
