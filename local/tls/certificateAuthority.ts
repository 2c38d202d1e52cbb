import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";

/** A server's certificate chain and private key, both as PEM. */
export interface ServerCertificate {
  cert: string;
  key: string;
}

const commonNameOid = "2.5.4.3";
const signatureAlgorithm = new x509.AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" /* ecdsa-with-SHA256 */ });
const day = 24 * 60 * 60 * 1000;

/** What an authority needs to go on in another run, as PEM. */
export interface KeptAuthority {
  certificate: string;
  key: string;
}

/** How many days a certificate is valid. */
const lifetime = 30;
/** The same for the root of an authority that goes on in later runs. Clients have it in their settings. */
const keptLifetime = 3_650;

/**
 * A certificate authority for one run, or for all runs that keep it. On AWS, the certificates of RDS Proxy and Secrets Manager chain to Amazon's
 * roots. Here clients get this authority's root instead, and check names and chains as they do on AWS.
 *
 * Making a P-256 key takes less than a millisecond, and an RSA key a tenth of a second. The library knows only the
 * structure of certificates; Node makes keys and signatures. The same authors have a larger library that does all of
 * it. But that one needs a polyfill and twice the time to load, and it would make everything here asynchronous.
 */
export class CertificateAuthority {
  /** The root certificate as PEM. Clients have to trust it. */
  readonly certificate: string;
  private readonly keys: { publicKey: KeyObject; privateKey: KeyObject };
  private readonly name = "Local stand-in for Amazon's certificate authority";

  /** @param keep returns the authority of an earlier run, or keeps the one that it is given */
  constructor(keep?: (made: () => KeptAuthority) => KeptAuthority) {
    const kept = keep?.(() => {
      const keys = newKeys();
      return { certificate: this.root(keys, keptLifetime), key: pemOf(keys.privateKey) };
    });
    if (kept === undefined) {
      this.keys = newKeys();
      this.certificate = this.root(this.keys, lifetime);
    } else {
      const privateKey = createPrivateKey(kept.key);
      this.keys = { privateKey, publicKey: createPublicKey(privateKey) };
      this.certificate = kept.certificate;
    }
  }

  private root(keys: { publicKey: KeyObject; privateKey: KeyObject }, days: number): string {
    const extensions = [
      extension(x509.id_ce_basicConstraints, new x509.BasicConstraints({ cA: true }), true),
      // This key only signs certificates.
      extension(x509.id_ce_keyUsage, new x509.KeyUsage(x509.KeyUsageFlags.keyCertSign), true),
      extension(x509.id_ce_subjectKeyIdentifier, new x509.SubjectKeyIdentifier(keyIdentifier(keys.publicKey))),
    ];
    return this.certify(this.name, keys.publicKey, extensions, { days, signer: keys.privateKey });
  }

  /** Issues a certificate for one server. @param hostNames all names that clients use for the server */
  issue(hostNames: [string, ...string[]]): ServerCertificate {
    const keys = newKeys();
    const issuer = new x509.KeyIdentifier(keyIdentifier(this.keys.publicKey));
    const names = hostNames.map((dNSName) => new x509.GeneralName({ dNSName }));
    const certificate = this.certify(commonName(hostNames[0]), keys.publicKey, [
      extension(x509.id_ce_basicConstraints, new x509.BasicConstraints(), true),
      // TLS with elliptic curves needs no other key usage.
      extension(x509.id_ce_keyUsage, new x509.KeyUsage(x509.KeyUsageFlags.digitalSignature), true),
      extension(x509.id_ce_extKeyUsage, new x509.ExtendedKeyUsage([x509.id_kp_serverAuth])),
      extension(x509.id_ce_subjectAltName, new x509.SubjectAlternativeName(names)),
      extension(x509.id_ce_authorityKeyIdentifier, new x509.AuthorityKeyIdentifier({ keyIdentifier: issuer })),
    ]);
    return {
      cert: certificate + this.certificate,
      key: pemOf(keys.privateKey),
    };
  }

  private certify(
    subject: string,
    publicKey: KeyObject,
    extensions: x509.Extension[],
    { days, signer } = { days: lifetime, signer: this.keys.privateKey },
  ): string {
    const serialNumber = randomBytes(16);
    // This makes the number positive, without a leading zero byte that DER does not allow.
    serialNumber[0] = ((serialNumber[0] ?? 0) & 0x7f) | 0x40;
    const tbsCertificate = new x509.TBSCertificate({
      version: x509.Version.v3,
      serialNumber: bytes(serialNumber),
      signature: signatureAlgorithm,
      issuer: distinguishedName(this.name),
      validity: new x509.Validity({
        // One day in the past, because clocks of machines can differ.
        notBefore: new Date(Date.now() - day),
        notAfter: new Date(Date.now() + days * day),
      }),
      subject: distinguishedName(subject),
      subjectPublicKeyInfo: AsnConvert.parse(
        publicKey.export({ type: "spki", format: "der" }),
        x509.SubjectPublicKeyInfo,
      ),
      extensions: new x509.Extensions(extensions),
    });
    const signatureValue = sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), signer);
    const certificate = new x509.Certificate({
      tbsCertificate,
      signatureAlgorithm,
      signatureValue: bytes(signatureValue),
    });
    return pem("CERTIFICATE", Buffer.from(AsnConvert.serialize(certificate)));
  }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** A common name has at most 64 characters (RFC 5280, A.1). Clients compare the alternative names instead. */
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

/** Copies the bytes. The `buffer` of a small Buffer is a pool that it shares with others. */
function bytes(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
