import type { ServerResponse } from "node:http";

/** A page that reads too slowly gets no snapshot while so many bytes wait for it. */
const mostWaiting = 1_000_000;

/**
 * The pages that are open, each with a stream of server-sent events:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html. While there is one, each gets a snapshot now and then.
 */
export class EventStreams {
  private readonly open = new Set<ServerResponse>();
  private timer: NodeJS.Timeout | undefined;
  private lastGone: () => void = () => undefined;

  constructor(
    private readonly milliseconds: number,
    private readonly snapshot: () => unknown,
  ) {}

  onLastGone(listener: () => void): void {
    this.lastGone = listener;
  }

  add(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    this.open.add(response);
    this.sendTo(response, "snapshot", this.snapshot());
    this.timer ??= setInterval(() => {
      this.send("snapshot", this.snapshot());
    }, this.milliseconds);
    response.once("close", () => {
      this.open.delete(response);
      if (this.open.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
      this.lastGone();
    });
  }

  /** Sends an event to all pages. */
  send(event: string, data: unknown): void {
    for (const response of this.open) this.sendTo(response, event, data);
  }

  sendTo(response: ServerResponse, event: string, data: unknown): void {
    if (response.writableLength < mostWaiting) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    for (const response of this.open) response.end();
  }
}
