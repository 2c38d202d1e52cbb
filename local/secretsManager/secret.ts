import { randomUUID } from "node:crypto";

/** One value of a secret, and its staging labels. */
export interface SecretVersion {
  id: string;
  /** Undefined for a version that a rotation has begun and not filled yet. */
  value: string | undefined;
  createdAt: Date;
  stages: Set<string>;
}

/** Label of the version that is read when no other one is asked for. */
export const currentStage = "AWSCURRENT";
const previousStage = "AWSPREVIOUS";
/** Label of the version that a rotation is about to put in force. */
export const pendingStage = "AWSPENDING";

/** Who rotates a secret. */
export interface Rotation {
  functionArn: string;
}

/**
 * A secret with its versions. A staging label belongs to one version at a time, and a version without labels is gone.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
export class Secret {
  private readonly versions = new Map<string, SecretVersion>();

  /** Who rotates it, if anybody does. */
  rotation: Rotation | undefined;

  constructor(
    readonly arn: string,
    readonly name: string,
    /** ARN of the customer managed key that encrypts it; undefined for AWS's own key. */
    public kmsKeyArn?: string,
  ) {}

  get current(): SecretVersion | undefined {
    return this.versionWith(currentStage);
  }

  get value(): string | undefined {
    return this.current?.value;
  }

  /** Labels by version, as DescribeSecret reports them. */
  get stages(): Record<string, string[]> {
    return Object.fromEntries([...this.versions.values()].map(({ id, stages }) => [id, [...stages]]));
  }

  version(id: string): SecretVersion | undefined {
    return this.versions.get(id);
  }

  versionWith(stage: string): SecretVersion | undefined {
    return [...this.versions.values()].find(({ stages }) => stages.has(stage));
  }

  /**
   * Stores a value. The first value is the current one in any case.
   *
   * @param id of a version that has no value yet, or of a new one
   */
  put(value: string | undefined, stages: string[], id: string = randomUUID()): SecretVersion {
    const begun = this.versions.get(id);
    const version = begun ?? { id, value, createdAt: new Date(), stages: new Set<string>() };
    version.value = value;
    const isFirst = this.versions.size === 0;
    this.versions.set(id, version);
    this.label(id, isFirst ? [currentStage, ...stages] : stages);
    return version;
  }

  /** Moves labels to a version. The version that was the current one becomes the previous one. */
  label(id: string, stages: string[]): void {
    const version = this.versions.get(id);
    for (const stage of stages) {
      const owner = this.versionWith(stage);
      if (version === undefined || owner === version) continue;
      version.stages.add(stage);
      if (stage === currentStage && owner !== undefined) this.label(owner.id, [previousStage]);
      if (owner !== undefined) this.removeLabels(owner.id, [stage]);
    }
  }

  /** Takes labels away from a version. */
  removeLabels(id: string, stages: string[]): void {
    const version = this.versions.get(id);
    for (const stage of stages) version?.stages.delete(stage);
    if (version?.stages.size === 0) this.versions.delete(id);
  }
}
