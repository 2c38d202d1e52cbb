/**
 * Limits how long the proxy waits for one packet of a client. If the proxy itself was too busy to read, that is not the
 * client's fault: it reads what has arrived before it gives the client up.
 */
export class PacketTimeout {
  private waits = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly seconds: number,
    private readonly onTimeout: () => void,
  ) {}

  /** Starts to wait for a packet. */
  start(): void {
    const wait = ++this.waits;
    // After a timer, Node first reads from its sockets, and only then calls what was passed to setImmediate.
    const giveUp = (): void => {
      if (this.waits === wait) this.onTimeout();
    };
    this.timer = setTimeout(() => setImmediate(giveUp), this.seconds * 1000);
  }

  /** The packet has arrived, or the proxy no longer waits for it. */
  stop(): void {
    this.waits++;
    clearTimeout(this.timer);
  }
}
