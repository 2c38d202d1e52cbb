import { type AddressInfo, connect, createServer } from "node:net";
import { answer } from "./answers";

/**
 * The least that a relay in Node can do: it passes bytes from one side to the other without reading them. Its cost is
 * what Node and the kernel need for two reads and two writes. No proxy that is written for Node can cost less.
 */
process.once("message", ({ port }: { port: number }) => {
  const server = createServer({ noDelay: true }, (client) => {
    const database = connect({ port, host: "127.0.0.1", noDelay: true });
    client.on("data", (chunk) => database.write(chunk)).on("error", () => client.destroy());
    database.on("data", (chunk) => client.write(chunk)).on("error", () => database.destroy());
    client.on("close", () => database.destroy());
    database.on("close", () => client.destroy());
  });
  server.listen(0, "127.0.0.1", () => {
    answer((server.address() as AddressInfo).port);
  });
});
