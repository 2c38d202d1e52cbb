import type { Dialect } from "../protocol/dialect";

/** What two connections must have in common so that one can stand in for the other: all of it is fixed at log-in. */
export class ConnectionKind {
  /** Equal kinds have equal keys. */
  readonly key: string;

  constructor(
    readonly user: string,
    readonly dialect: Dialect,
  ) {
    this.key = `${dialect.key} ${user}`;
  }
}
