import type { Migrating, Pending, Step } from "./migrating";
import { checkTime, failureOf, MigrationError } from "./migrationError";
import { deleteMigration, writeMigration } from "./migrationRecords";
import type { MigrationSession } from "./session";

/** Applies a migration in TypeScript: calls `up`. @throws MigrationError */
export async function applyModule(
  { server, environment: { DB_NAME }, modules, timeLeft }: Migrating,
  session: MigrationSession,
  { name, checksum }: Pending,
): Promise<void> {
  await call(session, name, "up", modules[name]?.().up, timeLeft);
  await writeMigration(server, DB_NAME, name, { checksum, isDone: true, statements: 1, applied: checksum });
}

/** Takes a migration in TypeScript back: calls `down`. @throws MigrationError */
export async function undoModule(
  { server, environment: { DB_NAME }, modules, timeLeft }: Migrating,
  session: MigrationSession,
  name: string,
): Promise<void> {
  await call(session, name, "down", modules[name]?.().down, timeLeft);
  await deleteMigration(server, DB_NAME, name);
}

async function call(
  session: MigrationSession,
  name: string,
  direction: "up" | "down",
  step: Step | undefined,
  timeLeft: () => number,
): Promise<void> {
  if (typeof step !== "function") {
    throw new MigrationError(
      `The migration ${name} exports no function ${direction}: write \`export async function ${direction}(connection) { … }\` there.`,
    );
  }
  checkTime(timeLeft, `${direction} of the migration ${name}`);
  try {
    await session.lend(step);
  } catch (error) {
    const again = `The next deployment calls ${direction} from its beginning: repair the file, and see to it that what is done already does no harm.`;
    throw failureOf(name, `in ${direction}`, again, error);
  }
  if (session.isInTransaction) {
    throw new MigrationError(
      `The function ${direction} of the migration ${name} ends inside of a transaction, which is rolled back: let it commit.`,
    );
  }
}
