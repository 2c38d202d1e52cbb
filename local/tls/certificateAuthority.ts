import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";

/** A server's certificate chain and private key, both in PEM. */
export interface ServerCertificate {
  cert: string;
  key: string;
}

const commonNameOid = "2.5.4.3";
const signatureAlgorithm = new x509.AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" /* ecdsa-with-SHA256 */ });
const day = 24 * 60 * 60 * 1000;

/**
 * A certificate authority that lives as long as one run. On AWS, RDS Proxy and Secrets Manager have certificates that
 * chain to Amazon's roots; here clients are given this root instead, and check names and chains as they would there.
 *
 * P-256 keys are made in under a millisecond; RSA keys would take a tenth of a second each. The library of certificates
 * has only their structure, and Node makes keys and signatures: the same authors' larger library does it all, but takes
 * a polyfill and twice the time to load, and would make everything here asynchronous.
 */
export class CertificateAuthority {
  /** The root certificate in PEM: what clients have to trust. */
  readonly certificate: string;
  private readonly keys = newKeys();
  private readonly name = "Local stand-in for Amazon's certificate authority";

  constructor() {
    this.certificate = this.certify(this.name, this.keys.publicKey, [
      extension(x509.id_ce_basicConstraints, new x509.BasicConstraints({ cA: true }), true),
      // The only thing this key is for.
      extension(x509.id_ce_keyUsage, new x509.KeyUsage(x509.KeyUsageFlags.keyCertSign), true),
      extension(x509.id_ce_subjectKeyIdentifier, new x509.SubjectKeyIdentifier(keyIdentifier(this.keys.publicKey))),
    ]);
  }

  /** Issues a certificate for one server. @param hostNames every name that clients use for it */
  issue(hostNames: [string, ...string[]]): ServerCertificate {
    const keys = newKeys();
    const issuer = new x509.KeyIdentifier(keyIdentifier(this.keys.publicKey));
    const names = hostNames.map((dNSName) => new x509.GeneralName({ dNSName }));
    const certificate = this.certify(commonName(hostNames[0]), keys.publicKey, [
      extension(x509.id_ce_basicConstraints, new x509.BasicConstraints(), true),
      // All that TLS with elliptic curves asks of it.
      extension(x509.id_ce_keyUsage, new x509.KeyUsage(x509.KeyUsageFlags.digitalSignature), true),
      extension(x509.id_ce_extKeyUsage, new x509.ExtendedKeyUsage([x509.id_kp_serverAuth])),
      extension(x509.id_ce_subjectAltName, new x509.SubjectAlternativeName(names)),
      extension(x509.id_ce_authorityKeyIdentifier, new x509.AuthorityKeyIdentifier({ keyIdentifier: issuer })),
    ]);
    return {
      cert: certificate + this.certificate,
      key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  }

  private certify(subject: string, publicKey: KeyObject, extensions: x509.Extension[]): string {
    const serialNumber = randomBytes(16);
    // Neither negative nor with a superfluous leading zero.
    serialNumber[0] = ((serialNumber[0] ?? 0) & 0x7f) | 0x40;
    const tbsCertificate = new x509.TBSCertificate({
      version: x509.Version.v3,
      serialNumber: bytes(serialNumber),
      signature: signatureAlgorithm,
      issuer: distinguishedName(this.name),
      validity: new x509.Validity({
        // A day back, for machines whose clocks disagree.
        notBefore: new Date(Date.now() - day),
        notAfter: new Date(Date.now() + 30 * day),
      }),
      subject: distinguishedName(subject),
      subjectPublicKeyInfo: AsnConvert.parse(
        publicKey.export({ type: "spki", format: "der" }),
        x509.SubjectPublicKeyInfo,
      ),
      extensions: new x509.Extensions(extensions),
    });
    const signatureValue = sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), this.keys.privateKey);
    const certificate = new x509.Certificate({
      tbsCertificate,
      signatureAlgorithm,
      signatureValue: bytes(signatureValue),
    });
    return pem("CERTIFICATE", Buffer.from(AsnConvert.serialize(certificate)));
  }
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** A common name has at most 64 characters (RFC 5280, A.1); clients compare the alternative names anyway. */
function commonName(hostName: string): string {
  return hostName.slice(0, 64);
}

function distinguishedName(name: string): x509.Name {
  const value = new x509.AttributeValue({ utf8String: name });
  return new x509.Name([
    new x509.RelativeDistinguishedName([new x509.AttributeTypeAndValue({ type: commonNameOid, value })]),
  ]);
}

function extension(extnID: string, content: object, critical = false): x509.Extension {
  return new x509.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(content)) });
}

function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash("sha1")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest();
}

/** Exactly these bytes: a small Buffer's own `buffer` is a pool that it shares with others. */
function bytes(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
