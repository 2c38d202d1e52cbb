import { ConnectionLostError, OutOfTimeError, UsageError } from "../errors";

/** A migration that stops the deployment. What is applied stays recorded, so the next deployment goes on from there. */
export class MigrationError extends UsageError {}

/** Milliseconds before the end of the invocation in which nothing further is begun. */
export const reserve = 10_000;

/** Characters of a statement that a message shows. */
const shownLength = 300;

/** A statement as a message shows it. */
export const shown = (sql: string): string => (sql.length > shownLength ? `${sql.slice(0, shownLength)}…` : sql);

/** @throws MigrationError when the time of the invocation is nearly over */
export function checkTime(timeLeft: () => number, what: string): void {
  if (timeLeft() >= reserve) return;
  throw new MigrationError(
    `The time of the invocation is nearly over, before ${what}: deploy again, and it goes on from there.`,
  );
}

/**
 * What stops the deployment when the server, or the migration itself, fails.
 *
 * @param where such as `at statement 4 of 5, in line 4`
 * @param again what the next deployment does
 */
export function failureOf(name: string, where: string, again: string, error: unknown): MigrationError {
  const { message, errno, code } = error as { message: string; errno?: number; code?: string };
  const isUnknown = error instanceof ConnectionLostError || error instanceof OutOfTimeError;
  const remedy = isUnknown
    ? "Nobody knows whether it has run: look, and deploy again, which runs it again. What takes longer than Lambda's 15 minutes has to be" +
      " run in another way, for example through the bastion."
    : again;
  const number = errno ?? code;
  return new MigrationError(
    `The migration ${name} failed ${where}: ${message}${number === undefined ? "" : ` (error ${number})`}. ${remedy}`,
    { cause: error, errno, code },
  );
}
