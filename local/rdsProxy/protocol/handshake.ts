import { mysqlNativePassword } from "./authPlugins";
import { Capability } from "./constants";
import { Cursor, lengthEncoded, nulTerminated, TruncatedPacket, uint } from "./cursor";

export interface Capabilities {
  capabilities: number;
  /** MariaDB's capabilities, or 0. */
  extended: number;
}

/** Protocol::HandshakeV10, the server's greeting. */
export interface Greeting extends Capabilities {
  serverVersion: string;
  threadId: number;
  nonce: Buffer;
  collation: number;
  status: number;
  plugin: string;
}

export function writeGreeting(greeting: Greeting): Buffer {
  return Buffer.concat([
    Buffer.of(10),
    nulTerminated(greeting.serverVersion),
    uint(greeting.threadId, 4),
    greeting.nonce.subarray(0, 8),
    Buffer.of(0),
    uint(greeting.capabilities & 0xffff, 2),
    uint(greeting.collation & 0xff, 1),
    uint(greeting.status, 2),
    uint(greeting.capabilities >>> 16, 2),
    uint(greeting.nonce.length + 1, 1),
    Buffer.alloc(6),
    uint(greeting.extended, 4),
    greeting.nonce.subarray(8),
    Buffer.of(0),
    nulTerminated(greeting.plugin),
  ]);
}

export function parseGreeting(payload: Buffer): Greeting {
  const cursor = new Cursor(payload);
  if (cursor.uint(1) !== 10) throw new TruncatedPacket();
  const serverVersion = cursor.nulTerminated().toString();
  const threadId = cursor.uint(4);
  const nonceStart = cursor.take(8);
  cursor.take(1);
  let capabilities = cursor.uint(2);
  const collation = cursor.uint(1);
  const status = cursor.uint(2);
  capabilities |= cursor.uint(2) << 16;
  const nonceLength = cursor.uint(1);
  cursor.take(6);
  const extended = extendedCapabilities(cursor, capabilities);
  const nonceEnd = cursor.take(Math.max(13, nonceLength - 8)).subarray(0, 12);
  const plugin = capabilities & Capability.PLUGIN_AUTH ? cursor.nulTerminated().toString() : mysqlNativePassword;
  const nonce = Buffer.concat([nonceStart, nonceEnd]);
  return { serverVersion, threadId, nonce, capabilities, extended, collation, status, plugin };
}

/** Reads MariaDB's capabilities, which are reserved bytes to everybody else. */
function extendedCapabilities(cursor: Cursor, capabilities: number): number {
  const extended = cursor.uint(4);
  return capabilities & Capability.LONG_PASSWORD ? 0 : extended;
}

/** Protocol::HandshakeResponse41. An SSLRequest is its beginning. */
export interface HandshakeResponse extends Capabilities {
  collation: number;
  user: string;
  authResponse: Buffer;
  database: Buffer;
  plugin: string;
}

export const sslRequestBytes = 32;
/** The number of the collation utf8mb4_general_ci. */
const utf8mb4GeneralCi = 45;

export function parseHandshakeResponse(payload: Buffer): HandshakeResponse {
  const cursor = new Cursor(payload);
  const capabilities = cursor.uint(4);
  cursor.take(4);
  const collation = cursor.uint(1);
  cursor.take(19);
  const extended = extendedCapabilities(cursor, capabilities);
  const user = cursor.nulTerminated().toString();
  const authResponse = readAuthResponse(cursor, capabilities);
  const database = capabilities & Capability.CONNECT_WITH_DB ? cursor.nulTerminated() : Buffer.alloc(0);
  const plugin = capabilities & Capability.PLUGIN_AUTH && cursor.remaining > 0 ? cursor.nulTerminated().toString() : "";
  return { capabilities, extended, collation, user, authResponse: Buffer.from(authResponse), database, plugin };
}

function readAuthResponse(cursor: Cursor, capabilities: number): Buffer {
  if (capabilities & Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA) return cursor.lengthEncodedBytes() ?? Buffer.alloc(0);
  if (capabilities & Capability.SECURE_CONNECTION) return cursor.take(cursor.uint(1));
  return cursor.nulTerminated();
}

/** Parses the payload of COM_CHANGE_USER after the command byte. The client keeps the capabilities of its log-in. */
export function parseChangeUser(payload: Buffer, login: Capabilities): HandshakeResponse {
  const { capabilities, extended } = login;
  const cursor = new Cursor(payload);
  const user = cursor.nulTerminated().toString();
  const authResponse = Buffer.from(cursor.take(cursor.uint(1)));
  const database = cursor.nulTerminated();
  const collation = cursor.remaining >= 2 ? cursor.uint(2) : utf8mb4GeneralCi;
  const plugin = capabilities & Capability.PLUGIN_AUTH && cursor.remaining > 0 ? cursor.nulTerminated().toString() : "";
  return { capabilities, extended, collation, user, authResponse, database, plugin };
}

export function writeSslRequest({ capabilities, extended }: Capabilities, collation: number): Buffer {
  return Buffer.concat([
    uint(capabilities >>> 0, 4),
    uint(0x1000000, 4),
    uint(collation, 1),
    Buffer.alloc(19),
    uint(extended, 4),
  ]);
}

export function writeHandshakeResponse(response: HandshakeResponse): Buffer {
  return Buffer.concat([
    writeSslRequest(response, response.collation),
    nulTerminated(response.user),
    lengthEncoded(response.authResponse),
    response.capabilities & Capability.CONNECT_WITH_DB ? nulTerminated(response.database) : Buffer.alloc(0),
    nulTerminated(response.plugin),
  ]);
}

/** Writes COM_CHANGE_USER without a default schema. Nothing else takes the default schema away from a connection. */
export function writeChangeUser(user: string, authResponse: Buffer, collation: number, plugin: string): Buffer {
  return Buffer.concat([
    nulTerminated(user),
    uint(authResponse.length, 1),
    authResponse,
    Buffer.of(0),
    uint(collation, 2),
    nulTerminated(plugin),
  ]);
}
