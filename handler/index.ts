/** What runs inside Lambda. Knows MySQL and Secrets Manager; nothing in here knows Pulumi. */
export { drizzleClient, type KyselyPool, kyselyPool } from "./adapters";
export { Database } from "./database";
export { type DatabaseEnvironment, readEnvironment } from "./environment";
export * from "./errors";
export { callback } from "./invocation";
export { logger } from "./logger";
export { type DatabaseOptions, ReadOnlyDatabase, type SnapshotReads } from "./readOnlyDatabase";
export { readSampleRows } from "./readSampleRows";
export type { Row, ValueOptions, Written } from "./rows";
export type { Transaction, TransactionOptions } from "./transaction";
export type { Value, Values } from "./values";
