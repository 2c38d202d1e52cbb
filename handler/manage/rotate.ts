import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { readEnvironment } from "../environment";
import { UsageError } from "../errors";
import { callback } from "../invocation";
import { logger } from "../logger";
import type { PasswordPlugin, RotateEnvironment } from "./event";
import { changeLogin, type CurrentLogin, endOldPassword, readLogins, setLogin } from "./logins";
import { type Credentials, RotatedSecret } from "./rotatedSecret";
import { Server } from "./server";
import { isVerifierOf, verifiersOf } from "./verifier";

/** What Secrets Manager asks of a rotation function. The four steps come one after the other, and any of them may come again. */
export interface RotationEvent {
  Step: "createSecret" | "setSecret" | "testSecret" | "finishSecret";
  SecretId: string;
  ClientRequestToken: string;
}

/** Seconds to wait for the database, and for a deployment that is changing it. */
const patience = 60;
const passwordLength = 32;
const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const graceVariable: keyof RotateEnvironment = "ROTATE_GRACE";

/**
 * Lambda callback: gives one user a new password, for Secrets Manager. There is one user and no second one to alternate with, which RDS
 * Proxy could not follow.
 *
 * The database takes the old password and the new one from `setSecret` on. `finishSecret` puts the new one in force in the secret, waits
 * until everything has read it, and ends the old one. So no client is refused in between.
 */
export const rotate = callback(async (event: RotationEvent): Promise<void> => {
  const { Step: step, SecretId: arn, ClientRequestToken: token } = event;
  const secret = new RotatedSecret(arn, token);
  const stage = await secret.stage();
  if (stage === undefined) {
    throw new UsageError(
      `The secret ${arn} has no version ${token} that is to be the next one: rotate the secret anew.`,
    );
  }
  if (stage === "pending") await steps[step](secret);
  if (step === "finishSecret") await endOld(secret);
  logger.info("Rotated a password", { step, arn });
});

const steps: Record<RotationEvent["Step"], (secret: RotatedSecret) => Promise<void>> = {
  async createSecret(secret) {
    if ((await secret.next()) !== undefined) return;
    await secret.storeNext({ ...(await secret.current()), password: newPassword() });
  },

  async setSecret(secret) {
    const [before, next] = [await secret.current(), await nextOf(secret)];
    await onServer(async (server) => {
      const { name, login, plugin } = await loginOf(server, next);
      if (isVerifierOf(plugin, login.verifier, next.password)) return;
      const asBefore = { plugin, verifiers: verifiersOf(name, before.password) };
      // A rotation that was given up may have left a password that is in no secret. The one in force has to be the one that stays.
      const isOutdated = !isVerifierOf(plugin, login.verifier, before.password);
      if (isOutdated) await setLogin(server, name, asBefore);
      const known = isOutdated ? { plugin, verifier: asBefore.verifiers[plugin] } : login;
      await changeLogin(server, name, known, { plugin, verifiers: verifiersOf(name, next.password) });
    });
  },

  /** The proxy does not know the new password yet, so nobody can log in with it there. What the server has stored tells as much. */
  async testSecret(secret) {
    // When a rotation is set up, Secrets Manager tests it with a version for which nothing was created.
    const next = (await secret.next()) ?? (await secret.current());
    await onServer(async (server) => {
      const { name, login, plugin } = await loginOf(server, next);
      if (isVerifierOf(plugin, login.verifier, next.password)) return;
      throw new UsageError(`The database has another password for ${name} than the one that was to be tested.`);
    });
  },

  async finishSecret(secret) {
    await secret.promote();
    await sleep(Number(process.env[graceVariable] ?? 0) * 1_000);
  },
};

/** Leaves the user only the password that is in force. */
async function endOld(secret: RotatedSecret): Promise<void> {
  const current = await secret.current();
  await onServer(async (server) => {
    const { name, login, plugin } = await loginOf(server, current);
    // Somebody has changed it meanwhile, so nothing is known of it here.
    if (isVerifierOf(plugin, login.verifier, current.password)) await endOldPassword(server, name, login);
  });
}

async function nextOf(secret: RotatedSecret): Promise<Credentials> {
  const next = await secret.next();
  if (next === undefined) throw new UsageError(`The next version of ${secret.arn} has no value: rotate it anew.`);
  return next;
}

async function loginOf(
  server: Server,
  { username: name }: Credentials,
): Promise<{ name: string; login: CurrentLogin; plugin: PasswordPlugin }> {
  const login = (await readLogins(server)).get(name);
  if (login === undefined) throw new UsageError(`The database has no user ${name} whose password could be rotated.`);
  const { plugin } = login;
  if (plugin === "mysql_native_password" || plugin === "caching_sha2_password") return { name, login, plugin };
  throw new UsageError(
    `The user ${name} logs in with ${plugin}, which RDS Proxy cannot use: leave out rotation for it.`,
  );
}

function onServer(work: (server: Server) => Promise<void>): Promise<void> {
  return Server.use(readEnvironment(), patience, work);
}

/** Letters and digits only, as the component generates passwords: RDS refuses some of the other characters. */
function newPassword(): string {
  return Array.from({ length: passwordLength }, () => characters.charAt(randomInt(characters.length))).join("");
}
