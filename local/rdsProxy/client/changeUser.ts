import { type AuthChannel, type ClientAuthenticator, newNonce } from "../auth/clientAuthenticator";
import { ConnectionKind } from "../database/connectionKind";
import { headerBytes, ServerError } from "../protocol/constants";
import { parseChangeUser } from "../protocol/handshake";
import { PacketReader } from "../protocol/packetReader";
import { authSwitchPacket } from "../protocol/packets";
import { beginSession, welcome } from "./beginSession";
import { accessDenied, loginError } from "./loginErrors";
import { PacketTimeout } from "./packetTimeout";
import type { ClientSession } from "./session";

const maxAnswer = 64 * 1024;

/** The packets between the proxy and a client that authenticates again. */
class ChangeUserChannel implements AuthChannel {
  /** The sequence number of the next packet that the proxy sends. */
  sequence = 1;
  private readonly reader = new PacketReader(maxAnswer);
  private readonly timeout: PacketTimeout;
  private waiting: { resolve: (payload: Buffer) => void; reject: (error: Error) => void } | undefined;

  constructor(
    private readonly session: ClientSession,
    readonly secure: boolean,
    seconds: number,
  ) {
    // A limit of its own is needed: the session still has its database connection, and does not count as idle.
    this.timeout = new PacketTimeout(seconds, () => {
      session.disconnect();
    });
    session.client.divert(
      (chunk) => {
        this.push(chunk);
      },
      () => {
        this.timeout.stop();
        this.waiting?.reject(new Error("the client went away"));
      },
    );
  }

  send(make: (sequence: number) => Buffer): void {
    if (!this.session.ended) this.session.client.write(make(this.sequence++));
  }

  receive(): Promise<Buffer> {
    if (this.session.ended) return Promise.reject(new Error("the client went away"));
    this.timeout.start();
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.push(Buffer.alloc(0));
    });
  }

  private push(chunk: Buffer): void {
    try {
      this.reader.push(chunk);
      if (this.waiting === undefined) return;
      const next = this.reader.next();
      if (next === undefined) return;
      this.timeout.stop();
      this.sequence = next.sequence + 1;
      this.waiting.resolve(next.payload);
      this.waiting = undefined;
    } catch (error) {
      this.waiting?.reject(error as Error);
    }
  }
}

/**
 * COM_CHANGE_USER: begins a new session over the same client connection. First it cleans up what the old session has in
 * the database. If the new log-in fails, the proxy closes the connection, as MySQL does. For each of its packets the
 * client has as many `seconds` as when it logs in.
 */
export async function changeUser(
  session: ClientSession,
  command: Buffer,
  authenticator: ClientAuthenticator,
  seconds: number,
): Promise<void> {
  const { context, memory } = session;
  const channel = new ChangeUserChannel(session, context.secure, seconds);
  try {
    const request = parseChangeUser(command.subarray(headerBytes + 1), context.login);
    const { user } = request;
    const { plugin } = authenticator;
    const nonce = newNonce();
    channel.send((sequence) => authSwitchPacket(sequence, plugin, nonce));
    const response = await channel.receive();
    const result = await authenticator.authenticate({ user, nonce, plugin, response }, channel);
    if ("refusal" in result) {
      context.metrics.clientConnectionsSetupFailedAuth++;
      context.log("warn", "client's change of user refused", {
        clientConnection: session.id,
        user,
        cause: result.refusal,
      });
      session.fatal(ServerError.ACCESS_DENIED, accessDenied(user, response.length > 0), channel.sequence);
      return;
    }
    await session.leaveState();
    if (session.ended) return;
    context.kind = new ConnectionKind(user, context.kind.dialect);
    context.resetState = await beginSession({
      pool: context.pool,
      kind: context.kind,
      response: request,
      changesUser: true,
      memory,
      onWaiting: (leave) => {
        session.held.stopWaiting = leave;
      },
    });
    session.restart(welcome(channel.sequence, memory, context.kind.dialect, request.database));
  } catch (error) {
    session.endWith(loginError(channel.sequence, error as Error));
  }
}
