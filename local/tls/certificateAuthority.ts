import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import * as der from "./der";

/** A server's certificate chain and private key, both in PEM. */
export interface ServerCertificate {
  cert: string;
  key: string;
}

const oid = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
};

const day = 24 * 60 * 60 * 1000;

/**
 * A certificate authority that lives as long as one run. On AWS, RDS Proxy and Secrets Manager have certificates that
 * chain to Amazon's roots; here clients are given this root instead, and check names and chains as they would there.
 *
 * P-256 keys are made in under a millisecond; RSA keys would take a tenth of a second each.
 */
export class CertificateAuthority {
  /** The root certificate in PEM: what clients have to trust. */
  readonly certificate: string;
  private readonly keys = newKeys();
  private readonly name = "Local stand-in for Amazon's certificate authority";

  constructor() {
    this.certificate = pem(
      "CERTIFICATE",
      this.certify(this.name, this.keys.publicKey, [
        extension(oid.basicConstraints, der.sequence(der.boolean(true)), true),
        // keyCertSign (bit 5), the only thing this key is for.
        extension(oid.keyUsage, der.bitString(Buffer.from([0b0000_0100]), 2), true),
        extension(oid.subjectKeyIdentifier, der.octetString(keyIdentifier(this.keys.publicKey))),
      ]),
    );
  }

  /** Issues a certificate that is valid for exactly these host names. */
  issue(hostNames: [string, ...string[]]): ServerCertificate {
    const keys = newKeys();
    const authorityKey = der.sequence(der.implicit(0, keyIdentifier(this.keys.publicKey)));
    const names = der.sequence(...hostNames.map((name) => der.implicit(2, Buffer.from(name))));
    const certificate = this.certify(commonName(hostNames[0]), keys.publicKey, [
      extension(oid.basicConstraints, der.sequence(), true),
      // digitalSignature (bit 0): all that TLS with elliptic curves asks of it.
      extension(oid.keyUsage, der.bitString(Buffer.from([0b1000_0000]), 7), true),
      extension(oid.extendedKeyUsage, der.sequence(der.objectIdentifier(oid.serverAuthentication))),
      extension(oid.subjectAlternativeName, names),
      extension(oid.authorityKeyIdentifier, authorityKey),
    ]);
    return {
      cert: pem("CERTIFICATE", certificate) + this.certificate,
      key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  }

  private certify(subject: string, publicKey: KeyObject, extensions: Buffer[]): Buffer {
    const algorithm = der.sequence(der.objectIdentifier(oid.ecdsaWithSha256));
    const serial = randomBytes(16);
    // Neither negative nor with a superfluous leading zero.
    serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
    const toBeSigned = der.sequence(
      der.explicit(0, der.integer(Buffer.from([2]))),
      der.integer(serial),
      algorithm,
      distinguishedName(this.name),
      // A day back, for machines whose clocks disagree.
      der.sequence(der.utcTime(new Date(Date.now() - day)), der.utcTime(new Date(Date.now() + 30 * day))),
      distinguishedName(subject),
      publicKey.export({ type: "spki", format: "der" }),
      der.explicit(3, der.sequence(...extensions)),
    );
    return der.sequence(toBeSigned, algorithm, der.bitString(sign("sha256", toBeSigned, this.keys.privateKey)));
  }
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** A common name has at most 64 characters (RFC 5280, A.1); clients compare the alternative names anyway. */
function commonName(hostName: string): string {
  return hostName.slice(0, 64);
}

function distinguishedName(name: string): Buffer {
  return der.sequence(der.set(der.sequence(der.objectIdentifier(oid.commonName), der.utf8String(name))));
}

function extension(id: string, content: Buffer, critical = false): Buffer {
  const parts = [der.objectIdentifier(id), ...(critical ? [der.boolean(true)] : []), der.octetString(content)];
  return der.sequence(...parts);
}

function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash("sha1")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest();
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
