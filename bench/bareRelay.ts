import { type AddressInfo, connect, createServer } from "node:net";
import { answer } from "./answers";

/**
 * The least that a relay in Node can do: what comes in on one side goes out on the other, unread. It costs what Node and
 * the kernel ask for two reads and two writes, which no proxy written for Node can be without.
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
