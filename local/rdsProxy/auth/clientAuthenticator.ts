import { createHash, randomBytes } from "node:crypto";
import type { Credential, RdsProxyOptions } from "../options";
import { cachingSha2Password, mysqlClearPassword, mysqlNativePassword } from "../protocol/authPlugins";
import { authMoreData, authSwitchPacket } from "../protocol/packets";
import { refusalOfToken } from "./iamToken";
import { RsaKey } from "./rsaKey";
import { cachingSha2Scramble, equalInConstantTime, mysqlNativeScramble } from "./scrambles";

/** One client's side of the conversation, as an authentication plugin needs it. */
export interface AuthChannel {
  readonly secure: boolean;
  /** Sends a packet, made with the sequence number it is to have. */
  send(make: (sequence: number) => Buffer): void;
  /** The payload of the client's next packet. */
  receive(): Promise<Buffer>;
}

export interface AuthAttempt {
  user: string;
  /** Plugin and nonce with which `response` was made. */
  plugin: string;
  nonce: Buffer;
  response: Buffer;
}

export type AuthResult = { credential: Credential } | { refusal: string };

/** 20 bytes without NUL and `$`, as MySQL makes its nonces. */
export function newNonce(): Buffer {
  return Buffer.from(
    randomBytes(20)
      .map((byte) => (byte % 93) + 33)
      .map((byte) => (byte === 36 ? 126 : byte)),
  );
}

/** Decides who may log in at the proxy: the users of its secrets, with their password or with an IAM token. */
export class ClientAuthenticator {
  readonly plugin: string;
  /** Users who have once shown their password in full: what caching_sha2_password calls its cache. */
  private readonly proven = new Map<string, string>();
  private rsaKey: Promise<RsaKey> | undefined;

  constructor(private readonly options: RdsProxyOptions) {
    if (options.iamAuth === "REQUIRED") {
      this.plugin = mysqlClearPassword;
    } else {
      this.plugin =
        options.clientPasswordAuthType === "MYSQL_NATIVE_PASSWORD" ? mysqlNativePassword : cachingSha2Password;
    }
  }

  async authenticate(attempt: AuthAttempt, channel: AuthChannel): Promise<AuthResult> {
    let credentials: Credential[];
    try {
      credentials = await this.options.credentials();
    } catch (error) {
      return { refusal: `the proxy cannot read its secrets: ${(error as Error).message}` };
    }
    // An unknown user goes through the same steps, against a password nobody has.
    const known = credentials.find(({ username }) => username === attempt.user);
    const expected = known?.password ?? randomBytes(16).toString("hex");
    const refusal = await this.refusal(attempt, expected, channel);
    if (refusal) return { refusal };
    return known ? { credential: known } : { refusal: "the proxy has no secret for this user" };
  }

  private async refusal(attempt: AuthAttempt, password: string, channel: AuthChannel): Promise<string | undefined> {
    let { nonce, response } = attempt;
    if (attempt.plugin !== this.plugin) {
      nonce = newNonce();
      const fresh = nonce;
      channel.send((sequence) => authSwitchPacket(sequence, this.plugin, fresh));
      response = await channel.receive();
    }
    if (this.plugin === mysqlClearPassword) return this.refusalOfIam(attempt.user, response, channel);
    if (this.plugin === mysqlNativePassword) {
      return equalInConstantTime(response, mysqlNativeScramble(password, nonce)) ? undefined : "wrong password";
    }
    return this.refusalOfSha2(attempt.user, password, nonce, response, channel);
  }

  private refusalOfIam(user: string, response: Buffer, channel: AuthChannel): string | undefined {
    if (!channel.secure) return "a token is only taken over TLS";
    if (!this.options.iam) return "the proxy was given no IAM directory";
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
    if (!shown || !equalInConstantTime(shown, Buffer.from(`${password}\0`))) return "wrong password";
    this.proven.set(user, fingerprint);
    return undefined;
  }

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
