import type { Effect } from "./classification";
import { effectOfKill } from "./killStatement";
import { PinReason } from "./pinReasons";
import { effectOfSet, type SetOptions } from "./setStatement";
import type { Statement } from "./statement";

/** One thing that statements with a certain leading word do to their session. */
export interface Rule {
  /** Whether the rest of the statement makes the rule apply. Undefined if the rule always applies. */
  readonly when?: (statement: Statement) => boolean;
  effect(statement: Statement, options: SetOptions): Effect;
}

function always(effect: Effect): Rule {
  return { effect: () => effect };
}

function when(condition: (statement: Statement) => boolean, effect: Effect): Rule {
  return { when: condition, effect: () => effect };
}

function mentions(...words: string[]): (statement: Statement) => boolean {
  return (statement) => statement.mentions(words);
}

function followedBy(...words: string[]): (statement: Statement) => boolean {
  return (statement) => words.includes(statement.textAfter(1));
}

/**
 * What a statement does to its session, by its leading word. A statement whose leading word is not in the table pins
 * the session: the proxy cannot judge it. A row without rules is for a statement that does nothing by itself. What
 * functions and variables in the statement do is in `expressions.ts`.
 */
export const leadingWords: ReadonlyMap<string, readonly Rule[]> = new Map<string, Rule[]>([
  // Data
  ["delete", []],
  ["do", []],
  ["insert", []],
  ["load", [always({ storedCode: true })]],
  ["replace", []],
  ["select", []],
  ["table", []],
  ["update", []],
  ["values", []],
  ["with", []],

  // Transactions
  ["begin", [when(followedBy("not"), { pin: PinReason.UNKNOWN })]], // BEGIN NOT ATOMIC: a block of stored code
  // With RELEASE the server closes the connection. The next session finds that out when it has the connection reset.
  ["commit", [always({ endsTransaction: true }), when(mentions("release"), { storedCode: true })]],
  ["release", []], // RELEASE SAVEPOINT
  ["rollback", [always({ endsTransaction: true }), when(mentions("release"), { storedCode: true })]],
  ["savepoint", []],
  ["start", []],
  ["xa", [always({ pin: PinReason.XA })]],

  // Settings of the session
  ["set", [{ effect: effectOfSet }]],
  ["use", [always({ schema: true, chosenSchema: true })]],

  // Prepared statements, stored code and cursors
  ["call", [always({ storedCode: true, insertId: true })]],
  ["deallocate", [always({ pin: PinReason.PREPARED })]],
  ["execute", [always({ pin: PinReason.PREPARED })]],
  ["handler", [always({ pin: PinReason.HANDLER })]],
  ["prepare", [always({ pin: PinReason.PREPARED })]],
  ["resignal", []],
  ["signal", []],

  // Locks
  ["flush", [when(mentions("lock", "export"), { pin: PinReason.LOCK_TABLES })]], // WITH READ LOCK, FOR EXPORT
  ["lock", [always({ pin: PinReason.LOCK_TABLES })]],
  ["unlock", []],

  // Definitions
  ["alter", []],
  ["create", [when((statement) => statement.mentions(["temporary"], 5), { pin: PinReason.TEMPORARY_TABLE })]],
  ["drop", [when(followedBy("database", "schema"), { schema: true })]],
  ["rename", []],
  ["truncate", []],

  // Information
  ["desc", []],
  ["describe", []],
  ["explain", []],
  ["get", [always({ question: "DIAGNOSTICS" })]], // GET DIAGNOSTICS
  ["help", []],
  ["show", [when((statement) => statement.mentions(["warnings", "errors"], 8), { question: "DIAGNOSTICS" })]],

  // Tables, accounts and the server
  ["analyze", []],
  ["cache", []],
  ["change", []],
  ["check", []],
  ["checksum", []],
  ["grant", []],
  ["import", []],
  ["install", []],
  ["kill", [{ effect: effectOfKill }]],
  ["optimize", []],
  ["purge", []],
  ["repair", []],
  ["reset", []],
  ["revoke", []],
  ["stop", []],
  ["uninstall", []],
]);
