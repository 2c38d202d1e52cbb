import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type TLSSocket } from "node:tls";
import { CertificateAuthority } from "../../../local/tls";

const hostName = "db.proxy-abcdefghijkl.ap-northeast-1.rds.amazonaws.com";

describe("the certificate authority", () => {
  const authority = new CertificateAuthority();
  const certificate = authority.issue([hostName]);
  const server = createServer(certificate, (socket) => socket.end());

  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => server.close());

  async function handshake(servername: string, ca?: string): Promise<string> {
    const socket: TLSSocket = connect({
      port: (server.address() as AddressInfo).port,
      host: "127.0.0.1",
      servername,
      ca,
    });
    try {
      await once(socket, "secureConnect");
      return "accepted";
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? String(error);
    } finally {
      socket.destroy();
    }
  }

  it("issues certificates that its clients accept for the name in the certificate", async () => {
    assert.equal(await handshake(hostName, authority.certificate), "accepted");
  });

  it("is refused for any other host name", async () => {
    assert.equal(await handshake("other.example", authority.certificate), "ERR_TLS_CERT_ALTNAME_INVALID");
  });

  it("is refused by clients who trust the public authorities only", async () => {
    assert.equal(await handshake(hostName), "SELF_SIGNED_CERT_IN_CHAIN");
  });

  it("differs from run to run, so that a certificate of one run is not accepted in the next", async () => {
    assert.notEqual(await handshake(hostName, new CertificateAuthority().certificate), "accepted");
  });

  it("marks itself, and only itself, as an authority", () => {
    assert.equal(new X509Certificate(authority.certificate).ca, true);
    assert.equal(new X509Certificate(certificate.cert).ca, false);
  });
});
