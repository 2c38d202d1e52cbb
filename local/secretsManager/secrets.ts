import { randomBytes, randomUUID } from "node:crypto";
import type { Iam, Session } from "../iam";

export interface Secret {
  arn: string;
  name: string;
  description: string;
  /** The key that encrypts it; AWS's own key for Secrets Manager when not given. */
  kmsKeyId?: string | undefined;
  createdAt: Date;
  current?: { versionId: string; text: string } | undefined;
}

/** An error with the name that Secrets Manager gives it. */
export class SecretsManagerError extends Error {
  constructor(
    readonly type: "AccessDeniedException" | "ResourceNotFoundException" | "InvalidRequestException",
    message: string,
  ) {
    super(message);
    this.name = type;
  }
}

/** The account's secrets, and who may read them. */
export class Secrets {
  private readonly secrets = new Map<string, Secret>();

  constructor(
    private readonly iam: Iam,
    private readonly region: string,
    private readonly accountId: string,
  ) {}

  create(name: string, options: Pick<Secret, "description" | "kmsKeyId">): Secret {
    if ([...this.secrets.values()].some((secret) => secret.name === name)) {
      throw new SecretsManagerError("InvalidRequestException", `A secret with the name ${name} already exists.`);
    }
    // AWS adds six random characters, so that a secret of the same name has another ARN and no old policy fits it.
    const suffix = randomBytes(4).toString("base64url").replace(/[-_]/g, "x").slice(0, 6);
    const arn = `arn:aws:secretsmanager:${this.region}:${this.accountId}:secret:${name}-${suffix}`;
    const secret: Secret = { arn, name, ...options, createdAt: new Date() };
    this.secrets.set(arn, secret);
    return secret;
  }

  /** Gives a secret its current value and returns the version's id. */
  put(id: string, text: string): string {
    const secret = this.find(id);
    const versionId = randomUUID();
    secret.current = { versionId, text };
    return versionId;
  }

  delete(id: string): void {
    this.secrets.delete(id);
  }

  /** @throws SecretsManagerError like AWS's, when the caller may not, or there is nothing to read */
  getValue(session: Session, id: string): { secret: Secret; versionId: string; text: string } {
    const secret = this.authorize(session, "secretsmanager:GetSecretValue", id);
    this.authorizeDecryption(session, secret);
    if (secret.current === undefined) {
      throw new SecretsManagerError(
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      );
    }
    return { secret, ...secret.current };
  }

  /** @throws SecretsManagerError like AWS's, when the caller may not, or there is no such secret */
  describe(session: Session, id: string): Secret {
    return this.authorize(session, "secretsmanager:DescribeSecret", id);
  }

  /** AWS asks for the permission first, so that nobody learns which secrets exist. */
  private authorize(session: Session, action: string, id: string): Secret {
    const secret = this.lookUp(id);
    const resource = secret?.arn ?? (id.startsWith("arn:") ? id : `arn:aws:secretsmanager:${this.region}:${this.accountId}:secret:${id}`);
    if (this.iam.decide(session, { action, resource }) !== "allowed") {
      throw new SecretsManagerError(
        "AccessDeniedException",
        `User: ${session.arn} is not authorized to perform: ${action} on resource: ${id} ` +
          `because no identity-based policy allows the ${action} action`,
      );
    }
    return this.find(id);
  }

  /**
   * AWS's own key decrypts for everyone in the account who may read the secret; a key of one's own only for who has
   * kms:Decrypt. https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
   */
  private authorizeDecryption(session: Session, { kmsKeyId }: Secret): void {
    if (kmsKeyId === undefined || kmsKeyId === "" || kmsKeyId.endsWith("alias/aws/secretsmanager")) return;
    const resource = kmsKeyId.startsWith("arn:") ? kmsKeyId : `arn:aws:kms:${this.region}:${this.accountId}:key/${kmsKeyId}`;
    const context = { "kms:ViaService": `secretsmanager.${this.region}.amazonaws.com` };
    if (this.iam.decide(session, { action: "kms:Decrypt", resource, context }) !== "allowed") {
      throw new SecretsManagerError("AccessDeniedException", "Access to KMS is not allowed");
    }
  }

  private find(id: string): Secret {
    const secret = this.lookUp(id);
    if (secret === undefined) {
      throw new SecretsManagerError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }
    return secret;
  }

  /** A secret is named by its ARN, or by its name. */
  private lookUp(id: string): Secret | undefined {
    return this.secrets.get(id) ?? [...this.secrets.values()].find(({ name }) => name === id);
  }
}
