import type { LogGroups } from "../account/logGroups";
import type { Rds } from "../account/rds";
import type { Iam } from "../iam";
import type { Lambda } from "../lambda";
import type { Network } from "../network";
import type { SecretsManager } from "../secretsManager";

/** The parts of the account that the APIs tell about. */
export interface Services {
  rds: Rds;
  lambda: Lambda;
  network: Network;
  iam: Iam;
  secretsManager: SecretsManager;
  logGroups: LogGroups;
  arn(service: string, resource: string): string;
}
