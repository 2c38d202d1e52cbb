import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { mysqlNativeScramble } from "../../../../local/rdsProxy/auth/scrambles";
import { parseGreeting, writeHandshakeResponse, writeSslRequest } from "../../../../local/rdsProxy/protocol/handshake";
import { packet, payloads } from "../../../../local/rdsProxy/protocol/packets";
import { masterPassword, masterUser } from "./harness";
import type { Random } from "./random";

const clientCapabilities = 0x2aa201;

/** Packets in the attack that sends many at once. */
const manyPackets = 500;

/**
 * A hostile client. It does one of many wrong things, and ends when the proxy closes it or its time is over.
 *
 * @returns how many hostile packets it has sent; what is not cut into packets counts as one
 */
export async function attack(port: number, dice: Random): Promise<number> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  const greeting = await firstPacket(socket);
  let sent = 0;
  if (greeting) sent = dice.below(2) === 0 ? beforeLogin(socket, dice) : await afterLogin(socket, greeting, dice);
  await ended(socket, 20 + dice.below(60));
  return sent;
}

function beforeLogin(socket: Socket, dice: Random): number {
  const response = packet(1, handshakeResponse(dice.bytes(20)));
  const choice = dice.below(8);
  switch (choice) {
    case 0:
      socket.write(dice.bytes(1 + dice.below(2000)));
      break;
    case 1: // cut off anywhere
      socket.end(response.subarray(0, dice.below(response.length)));
      break;
    case 2: // a length that is never reached
      socket.write(Buffer.concat([Buffer.of(255, 255, 255, 1), dice.bytes(dice.below(70000))]));
      break;
    case 3: // wrong sequence number
      socket.write(packet(dice.below(256), handshakeResponse(dice.bytes(20))));
      break;
    case 4: // some bytes changed
      socket.write(mutate(response, dice));
      break;
    case 5: // TLS announced, garbage sent
      socket.write(Buffer.concat([packet(1, writeSslRequest(tlsRequest, 45)), dice.bytes(dice.below(500))]));
      break;
    case 6: // garbage inside TLS
      socket.write(packet(1, writeSslRequest(tlsRequest, 45)));
      connectTls({ socket, rejectUnauthorized: false })
        .on("error", () => undefined)
        .on("secureConnect", function (this: Socket) {
          this.write(dice.bytes(1 + dice.below(300)));
        });
      break;
    case 7: // many small packets at once
      socket.write(
        Buffer.concat(Array.from({ length: manyPackets }, (_, index) => packet(index, dice.bytes(dice.below(5))))),
      );
      break;
  }
  return choice === 7 ? manyPackets : 1;
}

async function afterLogin(socket: Socket, greeting: Buffer, dice: Random): Promise<number> {
  socket.write(packet(1, handshakeResponse(mysqlNativeScramble(masterPassword, parseGreeting(greeting).nonce))));
  const answer = await firstPacket(socket);
  if (answer?.[0] !== 0) return 0;
  socket.resume();
  const total = 1 + dice.below(4);
  for (let times = total; times > 0; times--) {
    const query = packet(0, Buffer.of(3), Buffer.from("SELECT 1"));
    switch (dice.below(8)) {
      case 0:
        socket.write(dice.bytes(1 + dice.below(2000)));
        break;
      case 1: // any command with any argument
        socket.write(packet(0, Buffer.of(dice.below(256)), dice.bytes(dice.below(100))));
        break;
      case 2:
        socket.write(mutate(query, dice));
        break;
      case 3:
        socket.write(packet(1 + dice.below(255), Buffer.of(3), Buffer.from("SELECT 1")));
        break;
      case 4: // a long statement that breaks off
        socket.write(Buffer.concat([Buffer.of(0, 0, dice.below(256), 0, 3), dice.bytes(dice.below(20000))]));
        break;
      case 5: // sent ahead, in pieces
        for (const byte of Buffer.concat([query, query, query])) socket.write(Buffer.of(byte));
        break;
      case 6: // SQL of odd tokens
        socket.write(packet(0, Buffer.of(3), Buffer.from(oddSql(dice))));
        break;
      case 7: // an empty command
        socket.write(Buffer.of(0, 0, 0, 0));
        break;
    }
  }
  return total;
}

const oddTokens = [
  "SELECT",
  "SET",
  "@a",
  "@@",
  "'",
  '"',
  "`",
  "\\",
  ";",
  "/*",
  "*/",
  "/*!",
  "--",
  "#",
  "(",
  ")",
  ":=",
  "=",
  "1",
  ",",
  "\n",
  "\0",
  "é",
  "USE",
];

function oddSql(dice: Random): string {
  return Array.from({ length: 1 + dice.below(40) }, () => dice.pick(oddTokens)).join(dice.pick(["", " "]));
}

function mutate(bytes: Buffer, dice: Random): Buffer {
  const changed = Buffer.from(bytes);
  for (let times = 1 + dice.below(4); times > 0; times--) changed[dice.below(changed.length)] = dice.below(256);
  return changed;
}

const tlsRequest = { capabilities: clientCapabilities | 2048, extended: 0 };

const handshakeResponse = (authResponse: Buffer): Buffer =>
  writeHandshakeResponse({
    capabilities: clientCapabilities,
    extended: 0,
    collation: 45,
    user: masterUser,
    authResponse,
    database: Buffer.alloc(0),
    plugin: "mysql_native_password",
  });

/** The payload of the next packet, which is small, or undefined if the connection closes first. */
function firstPacket(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const done = (payload?: Buffer): void => {
      socket.off("data", onData).off("close", onClose);
      resolve(payload);
    };
    const onData = (chunk: Buffer): void => {
      done(payloads(chunk)[0] ?? Buffer.alloc(0));
    };
    const onClose = (): void => {
      done();
    };
    socket.on("data", onData).on("close", onClose);
  });
}

function ended(socket: Socket, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), milliseconds);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    if (socket.destroyed) resolve();
  });
}
