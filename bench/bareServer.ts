import { type AddressInfo, createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { ServerCertificate } from "../local/tls";
import { answer } from "./answers";

/**
 * Holds sockets and does nothing with them: this shows how much memory Node itself needs for a connection. It uses TLS if
 * it gets a certificate.
 */
process.once("message", ({ certificate }: { certificate?: ServerCertificate }) => {
  const hold = (socket: Socket): void => void socket.on("error", () => socket.destroy()).resume();
  const server = certificate ? createTlsServer({ ...certificate, minVersion: "TLSv1.2" }, hold) : createServer(hold);
  server.listen(0, "127.0.0.1", () => {
    answer((server.address() as AddressInfo).port);
  });
});
