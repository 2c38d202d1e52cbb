import { once } from "node:events";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { encryptPassword } from "../auth/rsaKey";
import { scramble } from "../auth/scrambles";
import type { Credential } from "../options";
import { cachingSha2Password, mysqlNativePassword } from "../protocol/authPlugins";
import { Capability } from "../protocol/constants";
import { commonCapabilities, type Dialect } from "../protocol/dialect";
import {
  type Capabilities,
  type Greeting,
  parseGreeting,
  writeHandshakeResponse,
  writeSslRequest,
} from "../protocol/handshake";
import { type Packet, PacketReader } from "../protocol/packetReader";
import { DatabaseError, packet } from "../protocol/packets";

/** utf8mb4_general_ci. MariaDB and every MySQL since 5.5 know it. */
export const loginCollation = 45;
const loginSeconds = 10;
const maxLoginPacket = 64 * 1024;

export interface LoginOptions {
  credential: Credential;
  dialect: Dialect;
  tls: boolean;
}

export interface LoggedIn {
  socket: Socket;
  greeting: Greeting;
}

/** Logs in to the database over a fresh connection, with either of the two password plugins. */
export async function logIn(raw: Socket, options: LoginOptions): Promise<LoggedIn> {
  const deadline = setTimeout(() => raw.destroy(new Error("the database's log-in took too long")), loginSeconds * 1000);
  try {
    return await handshake(raw, options);
  } catch (error) {
    raw.destroy();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

async function handshake(raw: Socket, { credential, dialect, tls }: LoginOptions): Promise<LoggedIn> {
  const exchange = new PacketExchange(raw);
  let socket = raw;
  const greeting = parseGreeting(await exchange.receive());
  const asked = askedCapabilities(dialect, greeting, tls);
  if (tls) {
    if ((greeting.capabilities & Capability.SSL) === 0) throw new Error("the database does not offer TLS");
    exchange.send(writeSslRequest(asked, loginCollation));
    socket = await exchange.startTls();
  }
  const plugin = greeting.plugin === cachingSha2Password ? cachingSha2Password : mysqlNativePassword;
  exchange.send(
    writeHandshakeResponse({
      ...asked,
      collation: loginCollation,
      user: credential.username,
      authResponse: scramble(plugin, credential.password, greeting.nonce),
      database: Buffer.alloc(0),
      plugin,
    }),
  );
  await finishAuthentication(exchange, credential.password, greeting.nonce, tls);
  return { socket, greeting };
}

/**
 * The capabilities of the dialect, and those that every database connection has. Instead of CLIENT_MULTI_STATEMENTS,
 * the proxy sends COM_SET_OPTION for each session.
 */
function askedCapabilities({ capabilities, extended }: Dialect, greeting: Greeting, tls: boolean): Capabilities {
  if ((capabilities & ~greeting.capabilities) !== 0 || (extended & ~greeting.extended) !== 0) {
    throw new Error("the database does not have the capabilities that the proxy has offered its client");
  }
  const all = commonCapabilities | capabilities | (tls ? Capability.SSL : 0);
  return { capabilities: extended === 0 ? all : all & ~Capability.LONG_PASSWORD, extended };
}

/** Answers the database until it sends an OK packet. `receive` throws if it sends an ERR packet. */
async function finishAuthentication(
  exchange: PacketExchange,
  password: string,
  firstNonce: Buffer,
  tls: boolean,
): Promise<void> {
  let nonce = firstNonce;
  for (;;) {
    const payload = await exchange.receive();
    if (payload[0] === 0x00) return;
    if (payload[0] === 0xfe) {
      const end = payload.indexOf(0, 1);
      const plugin = payload.toString("latin1", 1, end);
      nonce = Buffer.from(payload.subarray(end + 1, end + 21));
      if (plugin !== mysqlNativePassword && plugin !== cachingSha2Password) {
        throw new Error(`the database asks for the authentication plugin ${plugin}, which the proxy does not know`);
      }
      exchange.send(scramble(plugin, password, nonce));
    } else if (payload[0] === 0x01 && payload[1] === 4) {
      await showPassword(exchange, password, nonce, tls);
    }
    // Any other packet that begins with 0x01 is caching_sha2_password's "fast path succeeded". OK follows.
  }
}

/** caching_sha2_password's full path: the password itself inside TLS, else encrypted with the server's RSA key. */
async function showPassword(exchange: PacketExchange, password: string, nonce: Buffer, tls: boolean): Promise<void> {
  if (tls) {
    exchange.send(Buffer.from(`${password}\0`));
    return;
  }
  exchange.send(Buffer.of(2));
  const key = (await exchange.receive()).subarray(1).toString("latin1");
  exchange.send(encryptPassword(key, password, nonce));
}

/** Reads one packet after the other from a socket that is in its log-in phase. */
class PacketExchange {
  private sequence = 0;
  private readonly reader = new PacketReader(maxLoginPacket);

  constructor(private socket: Socket) {}

  async receive(): Promise<Buffer> {
    let received: Packet | undefined;
    while ((received = this.reader.next()) === undefined) {
      const chunk = this.socket.read() as Buffer | null;
      if (chunk !== null) {
        this.reader.push(chunk);
      } else if (this.socket.readableEnded || this.socket.destroyed) {
        throw new Error("the database closed the connection");
      } else {
        await once(this.socket, "readable");
      }
    }
    this.sequence = (received.sequence + 1) & 0xff;
    if (received.payload[0] === 0xff) throw DatabaseError.parse(received.payload);
    return received.payload;
  }

  send(payload: Buffer): void {
    this.socket.write(packet(this.sequence++, payload));
  }

  async startTls(): Promise<Socket> {
    const secure = connectTls({
      socket: this.socket,
      minVersion: "TLSv1.2",
      // The stand-in's database signs its own certificate. The option `tls` asks for encryption only.
      rejectUnauthorized: false,
    });
    await once(secure, "secureConnect");
    this.socket = secure;
    return secure;
  }
}
