/** What a deployment reports while it works. */
export interface Progress {
  started(type: string, name: string): void;
  created(type: string, name: string, seconds: number): void;
  failed(type: string, name: string, seconds: number): void;
  deleting(count: number): void;
}

/** Reports nothing. */
export const silent: Progress = {
  started: () => undefined,
  created: () => undefined,
  failed: () => undefined,
  deleting: () => undefined,
};

/** Milliseconds between two lines about a resource that is still being created. */
const interval = 1_000;

/** Prints a line for each resource that was created, and a line a second for each that is still being created. */
export class ProgressLines implements Progress {
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(private readonly print: (line: string) => void) {}

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

/** Shortens `aws:rds/instance:Instance` to `aws:rds:Instance`, as the Pulumi CLI does. */
function shortType(type: string): string {
  return type.replace(/\/[^:]+/, "");
}
