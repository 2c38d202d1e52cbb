import { constants, publicEncrypt } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { cachingSha2, cachingSha2Scramble, NATIVE, nativeScramble, xor } from "../auth/scrambles";
import { Capability } from "../protocol/constants";
import { type Greeting, parseGreeting, writeHandshakeResponse, writeSslRequest } from "../protocol/handshake";
import { type Packet, PacketReader } from "../protocol/packetReader";
import { DatabaseError, packet } from "../protocol/packets";
import type { Credential } from "../types";

/**
 * What every database connection is opened with, and what the proxy offers its clients: no more, so that a reply means
 * the same to whoever it is relayed to. Left out on purpose: CLIENT_DEPRECATE_EOF and CLIENT_SESSION_TRACK (they change
 * the form of replies, and clients differ in them), CLIENT_COMPRESS, CLIENT_LOCAL_FILES, query attributes, and all of
 * MariaDB's extensions. CLIENT_MULTI_STATEMENTS is switched per session with COM_SET_OPTION instead.
 */
export const databaseCapabilities =
  Capability.LONG_PASSWORD |
  Capability.LONG_FLAG |
  Capability.PROTOCOL_41 |
  Capability.TRANSACTIONS |
  Capability.SECURE_CONNECTION |
  Capability.MULTI_RESULTS |
  Capability.PS_MULTI_RESULTS |
  Capability.PLUGIN_AUTH |
  Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA;

/** utf8mb4_general_ci, known to MariaDB and to every MySQL since 5.5. */
export const loginCollation = 45;
const loginSeconds = 10;
const maxLoginPacket = 64 * 1024;

export interface LoginOptions {
  credential: Credential;
  foundRows: boolean;
  tls: boolean;
}

export interface LoggedIn {
  socket: Socket;
  greeting: Greeting;
}

/** Reads one packet after the other from a socket that is in its log-in phase. */
export class PacketExchange {
  sequence = 0;
  private reader = new PacketReader(maxLoginPacket);

  constructor(private socket: Socket) {}

  async receive(): Promise<Buffer> {
    let received: Packet | undefined;
    while ((received = this.reader.next()) === undefined) {
      const chunk = this.socket.read() as Buffer | null;
      if (chunk) {
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
      // The stand-in's database has a certificate of its own making; encryption is what is asked for here.
      rejectUnauthorized: false,
    });
    await once(secure, "secureConnect");
    this.socket = secure;
    return secure;
  }
}

/** Logs in over a fresh connection: the database's side of the handshake, with both password plugins. */
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

async function handshake(raw: Socket, { credential, foundRows, tls }: LoginOptions): Promise<LoggedIn> {
  const exchange = new PacketExchange(raw);
  let socket = raw;
  const greeting = parseGreeting(await exchange.receive());
  const capabilities = databaseCapabilities | (foundRows ? Capability.FOUND_ROWS : 0) | (tls ? Capability.SSL : 0);
  if (tls) {
    if (!(greeting.capabilities & Capability.SSL)) throw new Error("the database does not offer TLS");
    exchange.send(writeSslRequest(capabilities, loginCollation));
    socket = await exchange.startTls();
  }
  const plugin = greeting.plugin === cachingSha2 ? cachingSha2 : NATIVE;
  const authResponse = scramble(plugin, credential.password, greeting.nonce);
  exchange.send(
    writeHandshakeResponse({
      capabilities,
      collation: loginCollation,
      user: credential.username,
      authResponse,
      database: Buffer.alloc(0),
      plugin,
    }),
  );
  await finishAuthentication(exchange, { password: credential.password, nonce: greeting.nonce, tls });
  return { socket, greeting };
}

export function scramble(plugin: string, password: string, nonce: Buffer): Buffer {
  return plugin === cachingSha2 ? cachingSha2Scramble(password, nonce) : nativeScramble(password, nonce);
}

interface Authentication {
  password: string;
  nonce: Buffer;
  tls: boolean;
}

/** Answers the database until it says OK; an ERR packet is thrown by `receive`. */
export async function finishAuthentication(exchange: PacketExchange, authentication: Authentication): Promise<void> {
  let { nonce } = authentication;
  for (;;) {
    const payload = await exchange.receive();
    if (payload[0] === 0x00) return;
    if (payload[0] === 0xfe) {
      const end = payload.indexOf(0, 1);
      const plugin = payload.toString("latin1", 1, end);
      nonce = Buffer.from(payload.subarray(end + 1, end + 21));
      if (plugin !== NATIVE && plugin !== cachingSha2) {
        throw new Error(`the database asks for the authentication plugin ${plugin}, which the proxy does not know`);
      }
      exchange.send(scramble(plugin, authentication.password, nonce));
    } else if (payload[0] === 0x01 && payload[1] === 4) {
      await showPassword(exchange, authentication, nonce);
    }
    // Anything else that begins with 0x01 is caching_sha2_password's "fast path succeeded"; OK follows.
  }
}

/** caching_sha2_password's full path: in the clear inside TLS, else encrypted with the server's RSA key. */
async function showPassword(exchange: PacketExchange, { password, tls }: Authentication, nonce: Buffer): Promise<void> {
  const plain = Buffer.from(`${password}\0`);
  if (tls) {
    exchange.send(plain);
    return;
  }
  exchange.send(Buffer.of(2));
  const key = (await exchange.receive()).subarray(1).toString("latin1");
  exchange.send(publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING }, xor(plain, nonce)));
}
