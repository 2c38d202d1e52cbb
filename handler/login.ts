import type { Deadline } from "./deadline";
import type { DatabaseEnvironment, IamEnvironment } from "./environment";
import { type RetryRule, rules } from "./retries";
import { readSecret, type Secret } from "./secret";
import { signToken } from "./signature";

/** How a callback proves who it is. */
export interface Login {
  /** The password to send: a password, or a token. */
  password(deadline: Deadline): Promise<string>;
  /** Called when the password was refused. Returns how often it is worth asking for it again, if it is at all. */
  refused(): RetryRule | undefined;
  /** Whether the client has to send the password itself, inside TLS, and not only a proof that it knows it. */
  readonly cleartext: boolean;
}

export function loginFor(environment: DatabaseEnvironment): Login {
  return environment.DB_AUTH === "iam" ? new TokenLogin(environment) : new PasswordLogin(environment.DB_SECRET_ARN);
}

/** How long after a change of the secret, in milliseconds, a refused log-in may be due to a rotation that is still going on. */
const rotationTime = 60_000;

/** Logs in with the password from the secret. It is read once per container, and again only when it was refused. */
class PasswordLogin implements Login {
  readonly cleartext = false;
  private known: Secret | undefined;
  private isFresh = false;

  constructor(private readonly secretArn: string) {}

  async password(deadline: Deadline): Promise<string> {
    this.isFresh = this.known === undefined;
    this.known ??= await readSecret(this.secretArn, deadline);
    return this.known.password;
  }

  /** An earlier password may have been rotated since. One that was read just now is wrong, unless a rotation is going on. */
  refused(): RetryRule | undefined {
    const changedAt = this.known?.changedAt ?? 0;
    this.known = undefined;
    if (!this.isFresh) return rules.oldPassword;
    return Date.now() - changedAt < rotationTime ? rules.rotation : undefined;
  }
}

/**
 * Logs in with a token that is good for 15 minutes. The callback signs it without a request, so each log-in gets a new one. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connecting.html
 */
class TokenLogin implements Login {
  readonly cleartext = true;

  constructor(private readonly environment: IamEnvironment) {}

  password(): Promise<string> {
    const { DB_ENDPOINT, DB_PORT, DB_USER } = this.environment;
    return signToken(DB_ENDPOINT, Number(DB_PORT), DB_USER);
  }

  refused(): undefined {
    return undefined;
  }
}
