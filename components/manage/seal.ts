import { createCipheriv, createHash, createHmac } from "node:crypto";
import type { Sealed, Verifiers } from "../../handler/manage/event";

/**
 * Seals verifiers for the managing function, which has the key in its environment: AES-256-GCM, as nonce, text and tag.
 *
 * The nonce follows from the content, because a random one would be a change in each deployment. Only the same content has the same one.
 */
export function sealed(verifiers: Verifiers, secretKey: string): Sealed {
  const key = createHash("sha256").update(secretKey).digest();
  const text = JSON.stringify(verifiers);
  const nonce = createHmac("sha256", key).update(text).digest().subarray(0, 12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const parts = [nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()];
  return { sealed: Buffer.concat(parts).toString("base64") };
}
