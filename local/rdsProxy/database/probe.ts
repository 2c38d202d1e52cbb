import type { DatabaseConnection } from "./connection";

/** Watches one database connection that is used for nothing else. */
export class Probe {
  readonly lost: Promise<Error>;
  private timer: NodeJS.Timeout | undefined;
  private busy = false;

  constructor(
    private readonly connection: DatabaseConnection,
    interval: number,
    private readonly maxConnections: (value: number) => void,
  ) {
    this.lost = new Promise((resolve) => {
      connection.onBroken = resolve;
      if (!connection.usable) resolve(new Error("the database closed the connection"));
      void connection.closed.then(() => {
        resolve(new Error("the database closed the connection"));
      });
    });
    this.timer = setInterval(() => {
      this.check(true);
    }, interval).unref();
  }

  /** Asks something; a database that does not answer within the next round is lost. */
  check(regular: boolean): void {
    if (this.busy) {
      if (regular) this.connection.destroy();
      return;
    }
    this.busy = true;
    this.connection
      .query("SELECT @@global.max_connections")
      .then((rows) => {
        this.busy = false;
        this.maxConnections(Number(rows[0]?.[0]));
      })
      .catch(() => {
        this.connection.destroy();
      });
  }

  close(): void {
    clearInterval(this.timer);
    this.connection.close();
  }
}
