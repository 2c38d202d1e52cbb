import { randomBytes } from "node:crypto";
import { Iam } from "../iam";
import { Lambda } from "../lambda";
import { LoopbackApi } from "../loopbackApi";
import { type PreparedServer, prepareServer } from "../mysqlServer";
import { Network } from "../network";
import { LivePage } from "../page";
import { Reaper } from "../reaper";
import { SecretsManager } from "../secretsManager";
import { CertificateAuthority } from "../tls";
import { LogGroups } from "./logGroups";
import { Rds } from "./rds";

/** The account number that AWS uses in its examples. */
const accountId = "123456789012";

/**
 * One AWS account in one region, for the time of one run. It holds the services of the stand-in and connects them with
 * each other. It reads nothing of this machine's own AWS configuration.
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
  readonly logGroups: LogGroups;
  /** An API for people. It stays closed until `stayUp` opens it. */
  readonly loopbackApi: LoopbackApi;
  /** A database server that is prepared while the program loads, because most programs need one. */
  private spareServer: Promise<PreparedServer> | undefined;
  /** A part of the account's endpoint names. On AWS each account has such a part, too. */
  readonly endpointHash = randomHex(12);

  private constructor(
    readonly region: string,
    readonly log: (line: string) => void,
  ) {
    this.network = new Network(region);
    this.logGroups = new LogGroups(log);
    this.secretsManager = new SecretsManager(region, this.iam);
    this.lambda = new Lambda({
      region,
      folder: this.reaper.folder,
      authority: this.authority.certificate,
      reaper: this.reaper,
      network: this.network,
      iam: this.iam,
      log: this.logGroups.put,
    });
    this.secretsManager.invoke = (functionArn, secretArn, event) =>
      this.lambda.invokeFor("secretsmanager.amazonaws.com", functionArn, secretArn, event);
    const page = new LivePage(this, this.reaper, this.authority.certificate);
    this.loopbackApi = new LoopbackApi(this, page, this.reaper.folder, region);
  }

  /** Opens the account. @param log receives the log lines of functions and proxies */
  static async open(region: string, log: (line: string) => void): Promise<Account> {
    const account = new Account(region, log);
    try {
      account.spareServer = prepareServer(account.reaper);
      // A machine without a database server is a problem only for a program that has a database.
      await account.spareServer.catch(() => undefined);
      const { host } = account.secretsManager;
      account.network.addPublicService(host, await account.secretsManager.listen(account.authority.issue([host])));
    } catch (error) {
      await account.close();
      throw error;
    }
    return account;
  }

  /** Returns the spare server to the first caller, and a new one to each later caller. */
  takeSpareServer(): Promise<PreparedServer> {
    const spare = this.spareServer ?? prepareServer(this.reaper);
    this.spareServer = undefined;
    return spare;
  }

  /** Builds an ARN in this account and region. */
  readonly arn = (service: string, resource: string): string =>
    `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;

  /** Builds an ARN without a region, for services that are the same in all regions, such as IAM. */
  readonly globalArn = (service: string, resource: string): string =>
    `arn:${this.partition}:${service}::${this.accountId}:${resource}`;

  /** Stops everything that still runs and deletes the run's folder. */
  async close(): Promise<void> {
    await this.loopbackApi.close();
    await this.lambda.close();
    await this.rds.close();
    await this.secretsManager.close();
    await this.reaper.close();
  }
}

/** Returns `digits` random hexadecimal digits. */
export function randomHex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString("hex")
    .slice(0, digits);
}
