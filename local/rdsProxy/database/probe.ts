import type { DatabaseConnection } from "./connection";

/** Watches a target by a database connection that is used for nothing else. */
export class Probe {
  /** Resolves when the target is lost, with the reason. */
  readonly lost: Promise<Error>;
  private readonly timer: NodeJS.Timeout;
  private busy = false;
  private retired = false;
  private loseTarget: (error: Error) => void = () => undefined;

  constructor(
    private readonly connection: DatabaseConnection,
    interval: number,
    private readonly onMaxConnections: (value: number) => void,
  ) {
    this.lost = new Promise((resolve) => {
      this.loseTarget = resolve;
      connection.onBroken = resolve;
      if (!connection.usable) resolve(new Error("the database closed the connection"));
      void connection.closed.then(() => {
        if (!this.retired) resolve(new Error("the database closed the connection"));
      });
    });
    this.timer = setInterval(() => {
      this.check(true);
    }, interval).unref();
  }

  /** Sends a query. If the database has not answered it by the next `regular` check, the target is lost. */
  check(regular: boolean): void {
    if (this.retired) {
      this.loseTarget(new Error("a connection could not be opened"));
      return;
    }
    if (this.busy) {
      if (regular) this.connection.destroy();
      return;
    }
    this.busy = true;
    this.connection
      .query("SELECT @@global.max_connections")
      .then((rows) => {
        this.busy = false;
        this.onMaxConnections(Number(rows[0]?.[0]));
      })
      .catch(() => {
        this.connection.destroy();
      });
  }

  /** Gives up the connection for want of room. The target stays available until a connection cannot be opened. */
  retire(): void {
    this.retired = true;
    clearInterval(this.timer);
    this.connection.close();
  }

  close(): void {
    clearInterval(this.timer);
    this.connection.close();
    this.loseTarget(new Error("the proxy no longer watches the target"));
  }
}
