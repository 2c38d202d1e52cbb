import { Signer } from "@aws-sdk/rds-signer";
import type { DatabaseEnvironment, IamEnvironment } from "./environment";
import { readPassword } from "./secret";

/** How a callback proves who it is. */
export interface Login {
  /** What to send as the password. */
  password(): Promise<string>;
  /** To be told when the password was refused. Returns whether it is worth asking for it again. */
  refused(): boolean;
  /** Whether the password has to travel as it is, inside TLS, instead of as a proof that it is known. */
  readonly cleartext: boolean;
}

export function loginFor(environment: DatabaseEnvironment): Login {
  return environment.DB_AUTH === "iam" ? new TokenLogin(environment) : new PasswordLogin(environment.DB_SECRET_ARN);
}

/** With the password from the secret, which is read once per container and again only when it was refused. */
class PasswordLogin implements Login {
  readonly cleartext = false;
  private known: string | undefined;
  private isFresh = false;

  constructor(private readonly secretArn: string) {}

  async password(): Promise<string> {
    this.isFresh = this.known === undefined;
    return (this.known ??= await readPassword(this.secretArn));
  }

  /** A password from earlier may have been rotated since; one that was read just now is simply wrong. */
  refused(): boolean {
    this.known = undefined;
    return !this.isFresh;
  }
}

/**
 * With a token that is good for 15 minutes. It is signed on this machine, which takes no request, so each log-in gets a
 * new one. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connecting.html
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
