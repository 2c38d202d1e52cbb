/*
 * What the components ask of the managing function. Both sides use these types, so neither can drift from the other.
 */

/** What the managing function has in its environment beside what clients have: the key to what is sealed in the event. */
export interface ManageEnvironment {
  MANAGE_KEY: string;
}

/** What the rotating function has in its environment beside what clients have. */
export interface RotateEnvironment {
  /** Seconds that the old password stays good when the new one is in force. */
  ROTATE_GRACE: string;
}

/** The event of one invocation: all that has to be true when it is over. */
export interface ManageEvent {
  /** Whose users these are. One server may have users of several programs. */
  owner: string;
  /** The users by their names. A user of this owner that is not among them is dropped. */
  users: Record<string, ManagedUser>;
  /** SHA-256 of the migrations' files, in their order, by the names that they have in the package's folder `migrations`. */
  migrations?: Record<string, string> | undefined;
  /** Names of the migrations after those, in their order. The ones of them that are applied are taken back, the last one first. */
  undo?: string[] | undefined;
  /** What becomes of the owner's users when the invocation is deleted. */
  onDelete: OnDelete;
  /**
   * Users whose old passwords are over, because everything has the new ones. Such an event does nothing else.
   */
  endOldPasswords?: string[] | undefined;
  /** What the provider adds: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_invocation */
  tf?: Lifecycle | undefined;
}

/**
 * With `drop`, the users have to be dropped, because the database stays. With `try`, the database is most likely about to be deleted
 * too, so a database that cannot be reached is no reason to fail.
 */
export type OnDelete = "drop" | "try";

/** What happens to the resource that the invocation belongs to. */
export interface Lifecycle {
  action: "create" | "update" | "delete";
  /** The event before; null for the first one. */
  prev_input: unknown;
}

/** A user as it has to be. */
export interface ManagedUser {
  grants: Grant[];
  /** How the user proves who it is. */
  login: LoginOf;
  /** Whether the user stays when the program no longer names it. */
  keep: boolean;
  /** Whether a user of that name that somebody else has made becomes this owner's. */
  adopt: boolean;
}

/** The users of one password have a verifier for each plugin that the server may have. */
export type LoginOf =
  | { iam: true }
  | {
      /** The plugin to use; undefined for the one with which the managing user itself logs in. */
      plugin?: PasswordPlugin | undefined;
      verifiers: Verifiers | Sealed;
    };

/** Verifiers that only the managing function can read. */
export interface Sealed {
  sealed: string;
}

export type PasswordPlugin = "mysql_native_password" | "caching_sha2_password";

/** What the server stores of a password instead of the password itself. */
export type Verifiers = Record<PasswordPlugin, string>;

/** Privileges on one object. */
export interface Grant {
  /** MySQL's words, such as `SELECT`. */
  privileges: string[];
  /** @default the database (schema) of the environment */
  on?: GrantTarget | undefined;
  /** Names of columns. The privileges then hold for these columns of the table only. */
  columns?: string[] | undefined;
  /** Whether the user may hand the privileges on. */
  withGrantOption?: boolean | undefined;
}

/** What privileges are about: everything, or in a database all of it, a table or view, a procedure, or a function. */
export type GrantTarget =
  "*.*" | (InDatabase & (object | { table: string } | { procedure: string } | { function: string }));

interface InDatabase {
  /** @default the database (schema) of the environment */
  database?: string | undefined;
}

/** What the managing function returns. It ends up in Pulumi's state, so it has names only. */
export interface ManageResult {
  /** Migrations that were applied. */
  migrated: string[];
  /** Migrations that were taken back. */
  undone: string[];
  created: string[];
  changed: string[];
  dropped: string[];
  /** Users that the program no longer names, and that stay because of `keep`. */
  kept: string[];
}
