/**
 * Figures under the names that RDS Proxy gives them in CloudWatch:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html. CloudWatch has a value for each
 * minute. Here, counters count from the proxy's start, and latencies are averages since then, in microseconds.
 */
export class Metrics {
  clientConnectionsReceived = 0;
  clientConnectionsSetupSucceeded = 0;
  clientConnectionsSetupFailedAuth = 0;
  clientConnectionsClosed = 0;
  clientConnectionsTls = 0;
  clientConnectionsNoTls = 0;
  databaseConnectionRequests = 0;
  databaseConnectionRequestsWithTls = 0;
  databaseConnectionsSetupSucceeded = 0;
  databaseConnectionsSetupFailed = 0;
  databaseConnectionsWithTls = 0;
  databaseConnections = 0;
  databaseConnectionsCurrentlyInTransaction = 0;
  databaseConnectionsCurrentlySessionPinned = 0;
  maxDatabaseConnectionsAllowed = 0;
  queryRequestsTls = 0;
  queryRequestsNoTls = 0;
  private currentlyBorrowed = 0;
  private readonly borrow = new Average();
  private readonly response = new Average();
  private readonly database = new Average();
  private readonly started = performance.now();
  private availableSince: number | undefined;
  private availableFor = 0;

  /** A session has borrowed a connection, for which it waited so many milliseconds. */
  borrowed(waited: number): void {
    this.currentlyBorrowed++;
    this.borrow.add(waited);
  }

  /** How often sessions have borrowed a connection, and how many milliseconds they have waited for it in all. */
  get borrows(): { count: number; milliseconds: number } {
    return this.borrow.totals;
  }

  /** A session has given a connection back. */
  returned(): void {
    this.currentlyBorrowed--;
  }

  /** A client has sent a query, with any number of statements. */
  query(secure: boolean): void {
    if (secure) this.queryRequestsTls++;
    else this.queryRequestsNoTls++;
  }

  /** A client has its reply: milliseconds since the client sent the query, and since the proxy sent it on. */
  answered(total: number, inDatabase: number): void {
    this.response.add(total);
    this.database.add(inDatabase);
  }

  /** The target is, or is not, available from now on. */
  available(is: boolean): void {
    const now = performance.now();
    if (this.availableSince !== undefined) this.availableFor += now - this.availableSince;
    this.availableSince = is ? now : undefined;
  }

  /** The metrics, by their CloudWatch names. */
  values(): Record<string, number> {
    this.available(this.availableSince !== undefined);
    return {
      AvailabilityPercentage: (100 * this.availableFor) / Math.max(1, performance.now() - this.started),
      ClientConnections: this.clientConnectionsTls + this.clientConnectionsNoTls,
      ClientConnectionsClosed: this.clientConnectionsClosed,
      ClientConnectionsNoTLS: this.clientConnectionsNoTls,
      ClientConnectionsReceived: this.clientConnectionsReceived,
      ClientConnectionsSetupFailedAuth: this.clientConnectionsSetupFailedAuth,
      ClientConnectionsSetupSucceeded: this.clientConnectionsSetupSucceeded,
      ClientConnectionsTLS: this.clientConnectionsTls,
      DatabaseConnectionRequests: this.databaseConnectionRequests,
      DatabaseConnectionRequestsWithTLS: this.databaseConnectionRequestsWithTls,
      DatabaseConnections: this.databaseConnections,
      DatabaseConnectionsBorrowLatency: this.borrow.microseconds,
      DatabaseConnectionsCurrentlyBorrowed: this.currentlyBorrowed,
      DatabaseConnectionsCurrentlyInTransaction: this.databaseConnectionsCurrentlyInTransaction,
      DatabaseConnectionsCurrentlySessionPinned: this.databaseConnectionsCurrentlySessionPinned,
      DatabaseConnectionsSetupFailed: this.databaseConnectionsSetupFailed,
      DatabaseConnectionsSetupSucceeded: this.databaseConnectionsSetupSucceeded,
      DatabaseConnectionsWithTLS: this.databaseConnectionsWithTls,
      MaxDatabaseConnectionsAllowed: this.maxDatabaseConnectionsAllowed,
      QueryDatabaseResponseLatency: this.database.microseconds,
      QueryRequests: this.queryRequestsTls + this.queryRequestsNoTls,
      QueryRequestsNoTLS: this.queryRequestsNoTls,
      QueryRequestsTLS: this.queryRequestsTls,
      QueryResponseLatency: this.response.microseconds,
    };
  }
}

class Average {
  private sum = 0;
  private count = 0;

  add(milliseconds: number): void {
    this.sum += milliseconds;
    this.count++;
  }

  get totals(): { count: number; milliseconds: number } {
    return { count: this.count, milliseconds: this.sum };
  }

  get microseconds(): number {
    return this.count === 0 ? 0 : (1000 * this.sum) / this.count;
  }
}
