/**
 * How long the proxy waits for one packet of a client. Time in which the proxy itself was too busy to look is not the
 * client's fault: what has come in the meantime is read before the client is given up.
 */
export class Patience {
  private waits = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly seconds: number,
    private readonly lost: () => void,
  ) {}

  /** It is the client's turn. */
  begin(): void {
    const wait = ++this.waits;
    // After a timer, Node looks what has come on its sockets, and only then does what was asked for with setImmediate.
    const giveUp = (): void => {
      if (this.waits === wait) this.lost();
    };
    this.timer = setTimeout(() => setImmediate(giveUp), this.seconds * 1000);
  }

  /** The client has done its part. */
  end(): void {
    this.waits++;
    clearTimeout(this.timer);
  }
}
