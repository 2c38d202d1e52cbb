import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { type ClientAuthenticator, newNonce } from "../auth/clientAuthenticator";
import { Capability, ServerError, Status } from "../protocol/constants";
import {
  type Capabilities,
  type HandshakeResponse,
  parseHandshakeResponse,
  sslRequestBytes,
  writeGreeting,
} from "../protocol/handshake";
import { packet } from "../protocol/packets";
import { LoginChannel } from "./loginChannel";
import { accessDenied, LoginRefused } from "./loginErrors";

/** utf8mb4_general_ci. A client answers with its own choice. */
const greetingCollation = 45;

export interface LoginOptions {
  authenticator: ClientAuthenticator;
  secureContext: SecureContext;
  requireTls: boolean;
  serverVersion: string;
  /** The capabilities in the greeting. */
  offered: Capabilities;
  threadId: number;
  /** How long the client has for each of its packets. */
  seconds: number;
}

export interface ClientLogin {
  socket: Socket;
  secure: boolean;
  response: HandshakeResponse;
  /** The sequence number of the OK packet that the client still waits for. */
  sequence: number;
}

/** The server's side of MySQL's connection phase, for one client. Tells a client that it refuses, unless it is gone. */
export async function logIn(raw: Socket, options: LoginOptions): Promise<ClientLogin> {
  const channel = new LoginChannel(raw, options.seconds);
  try {
    const response = await authenticate(channel, options);
    return { socket: channel.socket, secure: channel.secure, response, sequence: channel.sequence };
  } catch (error) {
    if (!(error instanceof LoginRefused)) channel.refuse(ServerError.BAD_HANDSHAKE, "Bad handshake");
    else if (error.kind !== undefined) channel.refuse(error.kind, error.message);
    throw error;
  } finally {
    channel.end();
  }
}

async function authenticate(channel: LoginChannel, options: LoginOptions): Promise<HandshakeResponse> {
  const { authenticator } = options;
  const nonce = newNonce();
  greet(channel, options, nonce);
  const response = await receiveResponse(channel, options.secureContext);
  const { user, plugin, authResponse } = response;
  if (options.requireTls && !channel.secure) {
    throw new LoginRefused(ServerError.SECURE_TRANSPORT_REQUIRED, "This RDS Proxy requires TLS connections", user);
  }
  const result = await authenticator.authenticate({ user, nonce, plugin, response: authResponse }, channel);
  if ("refusal" in result) {
    const error = new LoginRefused(ServerError.ACCESS_DENIED, accessDenied(user, authResponse.length > 0), user);
    error.cause = result.refusal;
    throw error;
  }
  return response;
}

function greet(channel: LoginChannel, options: LoginOptions, nonce: Buffer): void {
  const { serverVersion, threadId, authenticator, offered } = options;
  const greeting = writeGreeting({
    serverVersion,
    threadId,
    nonce,
    ...offered,
    collation: greetingCollation,
    status: Status.AUTOCOMMIT,
    plugin: authenticator.plugin,
  });
  channel.send((sequence) => packet(sequence, greeting));
}

/** Receives the client's handshake response, after the change to TLS if the client asks for that. */
async function receiveResponse(channel: LoginChannel, secureContext: SecureContext): Promise<HandshakeResponse> {
  let payload = await channel.receive();
  const capabilities = payload.length < 4 ? 0 : payload.readUInt32LE(0);
  if ((capabilities & Capability.PROTOCOL_41) === 0) {
    throw new LoginRefused(ServerError.CLIENT_NOT_SUPPORTED, "Client does not support the protocol of MySQL 4.1");
  }
  if (payload.length === sslRequestBytes && (capabilities & Capability.SSL) !== 0) {
    await channel.startTls(secureContext);
    payload = await channel.receive();
  }
  return parseHandshakeResponse(payload);
}
