import { createHash, timingSafeEqual } from "node:crypto";

export const NATIVE = "mysql_native_password";
export const cachingSha2 = "caching_sha2_password";
export const CLEAR = "mysql_clear_password";

const sha1 = (...parts: Buffer[]): Buffer => digest("sha1", parts);
const sha256 = (...parts: Buffer[]): Buffer => digest("sha256", parts);

function digest(algorithm: string, parts: Buffer[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** XORs `bytes` with `key`, repeated as often as needed. */
export function xor(bytes: Buffer, key: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, index) => byte ^ (key[index % key.length] ?? 0)));
}

/** SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password))); empty for an empty password. */
export function nativeScramble(password: string, nonce: Buffer): Buffer {
  if (password === "") return Buffer.alloc(0);
  const once = sha1(Buffer.from(password));
  return xor(once, sha1(nonce, sha1(once)));
}

/** SHA256(password) XOR SHA256(SHA256(SHA256(password)) + nonce); empty for an empty password. */
export function cachingSha2Scramble(password: string, nonce: Buffer): Buffer {
  if (password === "") return Buffer.alloc(0);
  const once = sha256(Buffer.from(password));
  return xor(once, sha256(sha256(once), nonce));
}

/** Compares without a hint of where, or whether by length, two values differ. */
export function equalInConstantTime(a: Buffer, b: Buffer): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}
