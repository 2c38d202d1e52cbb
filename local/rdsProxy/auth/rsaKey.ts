import { constants, generateKeyPair, privateDecrypt } from "node:crypto";
import { promisify } from "node:util";
import { xor } from "./scrambles";

/** The key pair with which clients without TLS protect a password that caching_sha2_password must see in full. */
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

  /** The password, or undefined when the bytes were not made with this key and nonce. */
  password(encrypted: Buffer, nonce: Buffer): Buffer | undefined {
    try {
      const plain = privateDecrypt({ key: this.privatePem, padding: constants.RSA_PKCS1_OAEP_PADDING }, encrypted);
      return xor(plain, nonce);
    } catch {
      return undefined;
    }
  }
}
