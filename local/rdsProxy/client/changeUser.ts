import { type AuthChannel, type ClientAuthenticator, newNonce } from "../auth/clientAuthenticator";
import { Capability, headerBytes, ServerError } from "../protocol/constants";
import { parseChangeUser } from "../protocol/handshake";
import { PacketReader } from "../protocol/packetReader";
import { authSwitchPacket, okPacket } from "../protocol/packets";
import { beginSession } from "./beginSession";
import { accessDenied, loginError } from "./login";
import { Patience } from "./patience";
import type { ClientSession } from "./session";

const maxAnswer = 64 * 1024;

/** The answers that a client gives while it authenticates anew. */
class Answers implements AuthChannel {
  /** Of the next packet the proxy sends. */
  sequence = 1;
  private readonly reader = new PacketReader(maxAnswer);
  private readonly patience: Patience;
  private waiting: { resolve: (payload: Buffer) => void; reject: (error: Error) => void } | undefined;

  constructor(
    private readonly session: ClientSession,
    readonly secure: boolean,
    seconds: number,
  ) {
    // Meanwhile the session keeps its database connection, and is not idle.
    this.patience = new Patience(seconds, () => {
      session.disconnect();
    });
    session.client.divert(
      (chunk) => {
        this.push(chunk);
      },
      () => {
        this.patience.end();
        this.waiting?.reject(new Error("the client went away"));
      },
    );
  }

  send(make: (sequence: number) => Buffer): void {
    if (!this.session.ended) this.session.client.write(make(this.sequence++));
  }

  receive(): Promise<Buffer> {
    if (this.session.ended) return Promise.reject(new Error("the client went away"));
    this.patience.begin();
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.push(Buffer.alloc(0));
    });
  }

  private push(chunk: Buffer): void {
    try {
      this.reader.push(chunk);
      const next = this.waiting && this.reader.next();
      if (!next) return;
      this.patience.end();
      this.sequence = next.sequence + 1;
      this.waiting?.resolve(next.payload);
      this.waiting = undefined;
    } catch (error) {
      this.waiting?.reject(error as Error);
    }
  }
}

/**
 * COM_CHANGE_USER: a new session over the same client connection. What the old one had in the database is cleaned up
 * first. MySQL closes the connection when the new log-in fails, and so does the proxy. The client has as many `seconds`
 * for each of its packets as when it logs in.
 */
export async function changeUser(
  session: ClientSession,
  command: Buffer,
  authenticator: ClientAuthenticator,
  seconds: number,
): Promise<void> {
  const { context, memory } = session;
  const answers = new Answers(session, context.secure, seconds);
  try {
    const response = parseChangeUser(command.subarray(headerBytes + 1), context.capabilities);
    const { user } = response;
    const nonce = newNonce();
    answers.send((sequence) => authSwitchPacket(sequence, authenticator.plugin, nonce));
    const answer = await answers.receive();
    const attempt = { user, nonce, plugin: authenticator.plugin, response: answer };
    const result = await authenticator.authenticate(attempt, answers);
    if ("refusal" in result) {
      context.metrics.clientConnectionsSetupFailedAuth++;
      context.log("warn", "change of user refused", { clientConnection: session.id, user, cause: result.refusal });
      session.fatal(ServerError.ACCESS_DENIED, accessDenied(user, answer.length > 0), answers.sequence);
      return;
    }
    await session.leaveState();
    if (session.ended) return;
    context.user = user;
    context.foundRows = (response.capabilities & Capability.FOUND_ROWS) !== 0;
    const waiting = (leave: () => void): void => void (session.held.stopWaiting = leave);
    context.initialState = await beginSession({ pool: context.pool, response, memory, waiting });
    session.restart(okPacket(answers.sequence, session.status));
  } catch (error) {
    session.endWith(loginError(answers.sequence, error as Error));
  }
}
