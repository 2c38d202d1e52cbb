import { createHash, timingSafeEqual } from "node:crypto";
import { cachingSha2Password } from "../protocol/authPlugins";

function digest(algorithm: string, parts: Buffer[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function sha1(...parts: Buffer[]): Buffer {
  return digest("sha1", parts);
}

function sha256(...parts: Buffer[]): Buffer {
  return digest("sha256", parts);
}

/** XORs `bytes` with `key`, repeated as often as needed. */
export function xor(bytes: Buffer, key: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, index) => byte ^ (key[index % key.length] ?? 0)));
}

/** What a client sends instead of the password, so that only someone who knows the password can make it. */
export function scramble(plugin: string, password: string, nonce: Buffer): Buffer {
  return plugin === cachingSha2Password ? cachingSha2Scramble(password, nonce) : mysqlNativeScramble(password, nonce);
}

/** SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password))). The scramble of an empty password is empty. */
export function mysqlNativeScramble(password: string, nonce: Buffer): Buffer {
  if (password === "") return Buffer.alloc(0);
  const once = sha1(Buffer.from(password));
  return xor(once, sha1(nonce, sha1(once)));
}

/** SHA256(password) XOR SHA256(SHA256(SHA256(password)) + nonce). The scramble of an empty password is empty. */
export function cachingSha2Scramble(password: string, nonce: Buffer): Buffer {
  if (password === "") return Buffer.alloc(0);
  const once = sha256(Buffer.from(password));
  return xor(once, sha256(sha256(once), nonce));
}

/** Compares two values. The time it takes shows neither where they differ nor whether their lengths do. */
export function equalInConstantTime(a: Buffer, b: Buffer): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}
