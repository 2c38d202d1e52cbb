import { constants, generateKeyPair, privateDecrypt, publicEncrypt } from "node:crypto";
import { promisify } from "node:util";
import { xor } from "./scrambles";

const padding = constants.RSA_PKCS1_OAEP_PADDING;

/** The proxy's key pair. A client without TLS encrypts its password with it if caching_sha2_password asks for that. */
export class RsaKey {
  private constructor(
    readonly publicPem: string,
    private readonly privatePem: string,
  ) {}

  static async generate(): Promise<RsaKey> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    return new RsaKey(publicKey, privateKey);
  }

  /** The password, with its final NUL, or undefined when the bytes were not made with this key and nonce. */
  password(encrypted: Buffer, nonce: Buffer): Buffer | undefined {
    try {
      return xor(privateDecrypt({ key: this.privatePem, padding }, encrypted), nonce);
    } catch {
      return undefined;
    }
  }
}

/** Encrypts the proxy's own password with the public key of a database, for a connection without TLS. */
export function encryptPassword(publicPem: string, password: string, nonce: Buffer): Buffer {
  return publicEncrypt({ key: publicPem, padding }, xor(Buffer.from(`${password}\0`), nonce));
}
