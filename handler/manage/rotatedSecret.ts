import { Deadline } from "../deadline";
import { SecretError } from "../errors";
import { type Answer, callSecretsManager, errorIn, objectIn } from "../secretsManager";

/** A user, as its secret has it. */
export interface Credentials {
  username: string;
  password: string;
}

/** Milliseconds that an operation may take where no invocation limits it. */
const timeLimit = 20_000;

const current = "AWSCURRENT";
const pending = "AWSPENDING";

/**
 * The secret that is rotated, and its next version.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export class RotatedSecret {
  constructor(
    readonly arn: string,
    /** Id of the next version. */
    private readonly token: string,
  ) {}

  /** What the next version is at the moment. @throws SecretError */
  async stage(): Promise<"current" | "pending" | undefined> {
    const labels = (await this.versions())[this.token] ?? [];
    if (labels.includes(current)) return "current";
    return labels.includes(pending) ? "pending" : undefined;
  }

  /** The user with the password that is in force. @throws SecretError */
  async current(): Promise<Credentials> {
    return this.credentialsIn(await this.ask("GetSecretValue", { VersionStage: current }));
  }

  /** The user with its next password; undefined while there is none. @throws SecretError */
  async next(): Promise<Credentials | undefined> {
    const answer = await this.call("GetSecretValue", { VersionId: this.token, VersionStage: pending });
    if (answer.status !== 200 && errorIn(answer) === "ResourceNotFoundException") return undefined;
    return this.credentialsIn(this.checked("GetSecretValue", answer));
  }

  /** Stores the user with its next password. What else the secret says, such as the host, stays. @throws SecretError */
  async storeNext(credentials: Credentials): Promise<void> {
    await this.ask("PutSecretValue", {
      ClientRequestToken: this.token,
      SecretString: JSON.stringify(credentials),
      VersionStages: [pending],
    });
  }

  /** Puts the next version in force. @throws SecretError */
  async promote(): Promise<void> {
    const versions = await this.versions();
    const [before] = Object.entries(versions).find(([, labels]) => labels.includes(current)) ?? [];
    await this.ask("UpdateSecretVersionStage", {
      VersionStage: current,
      MoveToVersionId: this.token,
      RemoveFromVersionId: before,
    });
  }

  private async versions(): Promise<Record<string, string[]>> {
    const { VersionIdsToStages: versions } = await this.ask("DescribeSecret", {});
    return (versions ?? {}) as Record<string, string[]>;
  }

  private credentialsIn({ SecretString: text }: Record<string, unknown>): Credentials {
    const { username, password, ...others } = objectIn(String(text));
    if (typeof username === "string" && typeof password === "string") return { ...others, username, password };
    throw new SecretError(
      `The secret ${this.arn} is not a JSON object with the texts "username" and "password", so it cannot be rotated.`,
    );
  }

  private async ask(operation: string, parameters: object): Promise<Record<string, unknown>> {
    return this.checked(operation, await this.call(operation, parameters));
  }

  private call(operation: string, parameters: object): Promise<Answer> {
    return callSecretsManager(operation, this.arn, parameters, Deadline.ofInvocation(timeLimit));
  }

  private checked(operation: string, answer: Answer): Record<string, unknown> {
    if (answer.status === 200) return answer.body;
    const said = String(answer.body.message ?? answer.body.Message);
    throw new SecretError(`Secrets Manager refused ${operation} of ${this.arn} (${errorIn(answer)}: ${said}).`);
  }
}
