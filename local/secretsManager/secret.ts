import { randomUUID } from "node:crypto";

/** One value of a secret, and its staging labels. */
export interface SecretVersion {
  id: string;
  value: string;
  createdAt: Date;
  stages: Set<string>;
}

/** Label of the version that is read when no other one is asked for. */
export const currentStage = "AWSCURRENT";
const previousStage = "AWSPREVIOUS";

/**
 * A secret with its versions. A staging label belongs to one version at a time, and a version without labels is gone.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
export class Secret {
  private readonly versions = new Map<string, SecretVersion>();

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

  /** Stores a value. The first value is the current one in any case. */
  put(value: string, stages: string[]): SecretVersion {
    const version = { id: randomUUID(), value, createdAt: new Date(), stages: new Set<string>() };
    const isFirst = this.versions.size === 0;
    this.versions.set(version.id, version);
    this.label(version.id, isFirst ? [currentStage, ...stages] : stages);
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
