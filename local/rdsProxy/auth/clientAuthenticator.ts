import { createHash, randomBytes } from "node:crypto";
import type { Credential, RdsProxyOptions } from "../options";
import { cachingSha2Password, mysqlClearPassword, mysqlNativePassword } from "../protocol/authPlugins";
import { authMoreData, authSwitchPacket } from "../protocol/packets";
import { refusalOfToken } from "./iamToken";
import { RsaKey } from "./rsaKey";
import { cachingSha2Scramble, equalInConstantTime, mysqlNativeScramble } from "./scrambles";

/** The packets between the proxy and one client, as an authentication plugin needs them. */
export interface AuthChannel {
  readonly secure: boolean;
  /** Sends the packet that `make` returns for the sequence number. */
  send(make: (sequence: number) => Buffer): void;
  /** Returns the payload of the client's next packet. */
  receive(): Promise<Buffer>;
}

export interface AuthAttempt {
  user: string;
  /** The plugin and the nonce that the client has made `response` with. */
  plugin: string;
  nonce: Buffer;
  response: Buffer;
}

export type AuthResult = { credential: Credential } | { refusal: string };

/** Makes a nonce as MySQL does: 20 bytes without NUL and `$`. */
export function newNonce(): Buffer {
  return Buffer.from(
    randomBytes(20)
      .map((byte) => (byte % 93) + 33)
      .map((byte) => (byte === 36 ? 126 : byte)),
  );
}

/** Decides who may log in to the proxy: the users of its secrets, with their password or with an IAM token. */
export class ClientAuthenticator {
  /** The cache of caching_sha2_password: users who have sent their full password once, with its fingerprint. */
  private readonly proven = new Map<string, string>();
  private rsaKey: Promise<RsaKey> | undefined;

  constructor(private readonly options: RdsProxyOptions) {}

  /** How clients log in now. An update of the proxy may change it. */
  get plugin(): string {
    const { iamAuth, clientPasswordAuthType } = this.options;
    if (iamAuth === "REQUIRED") return mysqlClearPassword;
    return clientPasswordAuthType === "MYSQL_NATIVE_PASSWORD" ? mysqlNativePassword : cachingSha2Password;
  }

  async authenticate(attempt: AuthAttempt, channel: AuthChannel): Promise<AuthResult> {
    let credentials: Credential[];
    try {
      credentials = await this.options.credentials();
    } catch (error) {
      return { refusal: `the proxy cannot read its secrets: ${(error as Error).message}` };
    }
    // An unknown user goes through the same steps, with a password that nobody knows.
    const known = credentials.find(({ username }) => username === attempt.user);
    const expected = known?.password ?? randomBytes(16).toString("hex");
    const refusal = await this.refusal(attempt, expected, channel);
    if (refusal !== undefined) return { refusal };
    return known === undefined ? { refusal: "the proxy has no secret for this user" } : { credential: known };
  }

  /** Why the attempt is refused, or undefined if it is not. */
  private async refusal(attempt: AuthAttempt, password: string, channel: AuthChannel): Promise<string | undefined> {
    const { plugin } = this;
    let { nonce, response } = attempt;
    if (attempt.plugin !== plugin) {
      nonce = newNonce();
      const fresh = nonce;
      channel.send((sequence) => authSwitchPacket(sequence, plugin, fresh));
      response = await channel.receive();
    }
    if (plugin === mysqlClearPassword) return this.refusalOfIam(attempt.user, response, channel);
    if (plugin === mysqlNativePassword) {
      return equalInConstantTime(response, mysqlNativeScramble(password, nonce)) ? undefined : "wrong password";
    }
    return this.refusalOfSha2(attempt.user, password, nonce, response, channel);
  }

  private refusalOfIam(user: string, response: Buffer, channel: AuthChannel): string | undefined {
    if (!channel.secure) return "the proxy accepts a token over TLS only";
    if (this.options.iam === undefined) return "the proxy has no IAM directory";
    const token = response.toString("utf8").replace(/\0$/, "");
    return refusalOfToken({ token, user, host: this.options.endpoint, directory: this.options.iam });
  }

  /** https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html */
  private async refusalOfSha2(
    user: string,
    password: string,
    nonce: Buffer,
    response: Buffer,
    channel: AuthChannel,
  ): Promise<string | undefined> {
    if (response.length === 0) return password === "" ? undefined : "wrong password";
    const fingerprint = createHash("sha256").update(password).digest("base64");
    const matches = equalInConstantTime(response, cachingSha2Scramble(password, nonce));
    if (matches && this.proven.get(user) === fingerprint) {
      channel.send((sequence) => authMoreData(sequence, Buffer.of(3)));
      return undefined;
    }
    channel.send((sequence) => authMoreData(sequence, Buffer.of(4)));
    const shown = await this.fullPassword(nonce, channel);
    if (shown === undefined || !equalInConstantTime(shown, Buffer.from(`${password}\0`))) return "wrong password";
    this.proven.set(user, fingerprint);
    return undefined;
  }

  /** Receives the password as it is: over TLS, or encrypted with the proxy's key. */
  private async fullPassword(nonce: Buffer, channel: AuthChannel): Promise<Buffer | undefined> {
    let answer = await channel.receive();
    if (channel.secure) return answer;
    this.rsaKey ??= RsaKey.generate();
    const key = await this.rsaKey;
    if (answer.length === 1 && answer[0] === 2) {
      channel.send((sequence) => authMoreData(sequence, Buffer.from(key.publicPem)));
      answer = await channel.receive();
    }
    return key.password(answer, nonce);
  }
}
