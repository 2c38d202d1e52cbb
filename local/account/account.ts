import { randomBytes } from "node:crypto";
import { Iam } from "../iam";
import { Lambda } from "../lambda";
import { LoopbackApi } from "../loopbackApi";
import { type PreparedServer, prepareServer } from "../mysqlServer";
import { Network } from "../network";
import { Reaper } from "../reaper";
import { SecretsManager } from "../secretsManager";
import { CertificateAuthority } from "../tls";
import { Rds } from "./rds";

/** AWS's number for accounts in examples. */
const accountId = "123456789012";

/**
 * One AWS account in one region, as long as a run lasts: the services of the stand-in, which know each other only
 * through here. Nothing of the machine's own AWS configuration is read.
 */
export class Account {
  readonly accountId = accountId;
  readonly partition = "aws";
  readonly reaper = Reaper.start();
  readonly authority = new CertificateAuthority();
  readonly network: Network;
  readonly iam = new Iam(accountId);
  readonly secretsManager: SecretsManager;
  readonly rds = new Rds();
  readonly lambda: Lambda;
  /** For people; closed until it is asked for. */
  readonly loopbackApi: LoopbackApi;
  /** A database server that is being made ready while the program is loaded; most programs need one. */
  private spareServer: Promise<PreparedServer> | undefined;
  /** Part of this account's endpoint names, as AWS has one. */
  readonly endpointHash = randomHex(12);

  private constructor(
    readonly region: string,
    readonly log: (line: string) => void,
  ) {
    this.network = new Network(region);
    this.secretsManager = new SecretsManager(region, this.iam);
    this.lambda = new Lambda({
      region,
      folder: this.reaper.folder,
      authority: this.authority.certificate,
      reaper: this.reaper,
      network: this.network,
      iam: this.iam,
      log,
    });
    this.loopbackApi = new LoopbackApi(this);
  }

  /** Opens the account. @param log receives lines that services write: those of functions and of proxies */
  static async open(region: string, log: (line: string) => void): Promise<Account> {
    const account = new Account(region, log);
    try {
      account.spareServer = prepareServer(account.reaper);
      // That there is no server on this machine matters only to who needs one.
      await account.spareServer.catch(() => undefined);
      const { host } = account.secretsManager;
      account.network.addPublicService(host, await account.secretsManager.listen(account.authority.issue([host])));
    } catch (error) {
      await account.close();
      throw error;
    }
    return account;
  }

  /** The server that is being made ready, for the first who asks. */
  takeSpareServer(): Promise<PreparedServer> {
    const spare = this.spareServer ?? prepareServer(this.reaper);
    this.spareServer = undefined;
    return spare;
  }

  /** An ARN in this account and region. */
  readonly arn = (service: string, resource: string): string =>
    `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;

  /** An ARN of a service that is the same in all regions, such as IAM. */
  readonly globalArn = (service: string, resource: string): string =>
    `arn:${this.partition}:${service}::${this.accountId}:${resource}`;

  /** Ends everything that still runs and deletes the run's folder. */
  async close(): Promise<void> {
    await this.loopbackApi.close();
    await this.lambda.close();
    await this.rds.close();
    await this.secretsManager.close();
    await this.reaper.close();
  }
}

/** `digits` random hexadecimal digits. */
export function randomHex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString("hex")
    .slice(0, digits);
}
