import { hash } from "node:crypto";
import type { PasswordPlugin, Verifiers } from "./event";

/*
 * What a server stores of a password. Where this is sent to the server and no password, no log of statements has a password. The components
 * use this file too.
 */

/**
 * The verifiers of a password, for each plugin that RDS Proxy can log in with. The same user and password have the same verifiers, so
 * that a deployment without a change finds none.
 */
export function verifiersOf(user: string, password: string): Verifiers {
  return {
    mysql_native_password: nativeVerifier(password),
    caching_sha2_password: cachingSha2Verifier(user, password),
  };
}

/** https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_native_password_authentication.html */
function nativeVerifier(password: string): string {
  return `*${hash("sha1", hash("sha1", password, "buffer"), "hex").toUpperCase()}`;
}

const digits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const saltLength = 20;
/** MySQL writes thousands of rounds with three hexadecimal digits. 5,000 is the least that it takes, and its default up to 8.4. */
const rounds = 5_000;

/**
 * MySQL's form of a SHA-crypt: `$A$`, the rounds, `$`, 20 characters of salt and the digest.
 *
 * A random salt would be another one in each deployment. This one differs for each user and password, as a salt has to.
 */
function cachingSha2Verifier(user: string, password: string): string {
  const seed = hash("sha256", JSON.stringify([user, password]), "buffer");
  const salt = [...seed.subarray(0, saltLength)].map((byte) => digits.charAt(byte % digits.length)).join("");
  return cachingSha2With(salt, rounds, password);
}

function cachingSha2With(salt: string, count: number, password: string): string {
  const digest = encoded(shaCrypt(Buffer.from(password), Buffer.from(salt, "latin1"), count));
  return `$A$${(count / 1_000).toString(16).toUpperCase().padStart(3, "0")}$${salt}${digest}`;
}

/** Whether the server has stored this of the password, with whatever salt. */
export function isVerifierOf(plugin: PasswordPlugin, verifier: string, password: string): boolean {
  if (plugin === "mysql_native_password") return verifier.toUpperCase() === nativeVerifier(password);
  const [, thousands, salt] = /^\$A\$([0-9A-F]{3})\$([^]{20})/i.exec(verifier) ?? [];
  if (thousands === undefined || salt === undefined) return false;
  return verifier === cachingSha2With(salt, Number.parseInt(thousands, 16) * 1_000, password);
}

/** The digest of Ulrich Drepper's SHA-crypt with SHA-256, whose steps it follows. https://www.akkadia.org/drepper/SHA-crypt.txt */
function shaCrypt(password: Buffer, salt: Buffer, count: number): Buffer {
  const inner = sha256(password, salt, password);
  const parts = [password, salt, stretched(inner, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? inner : password);
  const first = sha256(...parts);
  const p = stretched(sha256(...repeated(password, password.length)), password.length);
  const s = stretched(sha256(...repeated(salt, 16 + (first[0] ?? 0))), salt.length);
  const steps = Array.from({ length: differentRounds }, (_, round) => stepOf(round, p, s));
  let digest = first.toString("binary");
  for (let round = 0; round < count; round++) digest = steps[round % differentRounds]?.(digest) ?? "";
  return Buffer.from(digest, "binary");
}

/** What a round does depends on whether its number can be divided by 2, 3 and 7. */
const differentRounds = 2 * 3 * 7;

/**
 * One round, from digest to digest. All that it hashes is there before, with room for the digest, and digests are strings of bytes:
 * that takes a quarter of the time, which every deployment and preview spends on every user.
 */
function stepOf(round: number, p: Buffer, s: Buffer): (digest: string) => string {
  const middle = [...(round % 3 === 0 ? [] : [s]), ...(round % 7 === 0 ? [] : [p])];
  const isOdd = (round & 1) === 1;
  const room = Buffer.alloc(digestLength);
  const text = Buffer.concat(isOdd ? [p, ...middle, room] : [room, ...middle, p]);
  return (digest) => {
    text.write(digest, isOdd ? text.length - digestLength : 0, "binary");
    return hash("sha256", text, "binary");
  };
}

const digestLength = 32;

const sha256 = (...parts: Buffer[]): Buffer => hash("sha256", Buffer.concat(parts), "buffer");

const repeated = (part: Buffer, times: number): Buffer[] => Array.from({ length: times }, () => part);

/** As many bytes, of the digest over and over. */
const stretched = (digest: Buffer, length: number): Buffer => Buffer.alloc(length, digest);

/** SHA-crypt's own order of the bytes: three at a time, ten bytes apart, each group written with its lowest six bits first. */
function encoded(digest: Buffer): string {
  const byte = (index: number): number => digest[index] ?? 0;
  let [a, b, c] = [0, 10, 20];
  let text = "";
  for (let group = 0; group < 10; group++) {
    text += sixBitsEach((byte(a) << 16) | (byte(b) << 8) | byte(c), 4);
    [a, b, c] = [c + 1, a + 1, b + 1];
  }
  return text + sixBitsEach((byte(31) << 8) | byte(30), 3);
}

function sixBitsEach(value: number, count: number): string {
  return Array.from({ length: count }, (_, index) => digits.charAt((value >> (6 * index)) & 63)).join("");
}
