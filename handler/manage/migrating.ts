import type { Connection } from "mysql2/promise";
import type { DatabaseEnvironment } from "../environment";
import type { Server } from "./server";
import type { Statement } from "./statements";

/** One direction of a migration, with a connection of mysql2 that nothing else uses meanwhile. */
export type Step = (connection: Connection) => unknown;

/** What a migration in TypeScript exports. */
export interface MigrationModule {
  up?: Step;
  down?: Step;
}

/** The migrations in TypeScript, by the names of their files. None is loaded before it is needed. */
export type MigrationModules = Record<string, () => MigrationModule>;

/** Where migrations are applied, and how long there is for it. */
export interface Migrating {
  server: Server;
  environment: DatabaseEnvironment;
  /** Folder of the files with SQL. */
  folder: string;
  modules: MigrationModules;
  /** Milliseconds that the invocation has left. */
  timeLeft: () => number;
}

/** A migration that is to be applied. */
export interface Pending {
  name: string;
  /** SHA-256 of its file. */
  checksum: string;
  /** The statements, where it is SQL. */
  statements?: Statement[];
}
