import { Signer } from "@aws-sdk/rds-signer";
import type { DatabaseEnvironment, IamEnvironment } from "./environment";
import { readPassword } from "./secret";

/** How a callback proves who it is. */
export interface Login {
  /** The password to send: a password, or a token. */
  password(): Promise<string>;
  /** Called when the password was refused. Returns whether it is worth asking for it again. */
  refused(): boolean;
  /** Whether the client has to send the password itself, inside TLS, and not only a proof that it knows it. */
  readonly cleartext: boolean;
}

export function loginFor(environment: DatabaseEnvironment): Login {
  return environment.DB_AUTH === "iam" ? new TokenLogin(environment) : new PasswordLogin(environment.DB_SECRET_ARN);
}

/** Logs in with the password from the secret. It is read once per container, and again only when it was refused. */
class PasswordLogin implements Login {
  readonly cleartext = false;
  private known: string | undefined;
  private isFresh = false;

  constructor(private readonly secretArn: string) {}

  async password(): Promise<string> {
    this.isFresh = this.known === undefined;
    return (this.known ??= await readPassword(this.secretArn));
  }

  /** An earlier password may have been rotated since. One that was read just now is wrong. */
  refused(): boolean {
    this.known = undefined;
    return !this.isFresh;
  }
}

/**
 * Logs in with a token that is good for 15 minutes. The callback signs it without a request, so each log-in gets a new one. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connecting.html
 */
class TokenLogin implements Login {
  readonly cleartext = true;
  private readonly signer: Signer;

  constructor({ DB_ENDPOINT, DB_PORT, DB_USER }: IamEnvironment) {
    this.signer = new Signer({ hostname: DB_ENDPOINT, port: Number(DB_PORT), username: DB_USER });
  }

  password(): Promise<string> {
    return this.signer.getAuthToken();
  }

  refused(): boolean {
    return false;
  }
}
