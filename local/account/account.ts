import { Iam } from "../iam";
import { KeptFolder, randomHex } from "../kept";
import { Lambda } from "../lambda";
import { LoopbackApi } from "../loopbackApi";
import { familyOf, findServerBinary, type PreparedServer, prepareServer } from "../mysqlServer";
import { Network } from "../network";
import { LivePage } from "../page";
import { Reaper } from "../reaper";
import { SecretsManager } from "../secretsManager";
import { CertificateAuthority } from "../tls";
import { LogGroups } from "./logGroups";
import { Ports } from "./ports";
import { Rds } from "./rds";

/** The account number that AWS uses in its examples. */
const accountId = "123456789012";

/** What stays the same from one run to the next. */
export interface Lasting {
  /** The folder that keeps rows, passwords and addresses. @default nothing stays */
  data?: string | undefined;
  /** The port of the first proxy. @default any free port */
  port?: number | undefined;
}

/**
 * One AWS account in one region, for the time of one run. It holds the services of the stand-in and connects them with
 * each other. It reads nothing of this machine's own AWS configuration.
 */
export class Account {
  readonly accountId = accountId;
  readonly partition = "aws";
  readonly authority: CertificateAuthority;
  readonly ports: Ports;
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
  readonly endpointHash: string;

  private constructor(
    readonly region: string,
    readonly log: (line: string) => void,
    readonly reaper: Reaper,
    /** What stays after the run, if anything does. */
    readonly kept: KeptFolder | undefined,
    port: number | undefined,
  ) {
    this.authority = new CertificateAuthority(kept && ((make) => kept.value("authority", make)));
    this.ports = new Ports(port, kept);
    this.endpointHash = this.keep("endpoint hash", () => randomHex(12));
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
    this.loopbackApi = new LoopbackApi(this, page, this.reaper.folder, region, this.ports);
  }

  /**
   * Opens the account.
   *
   * @param log receives the log lines of functions and proxies
   * @throws Error when the folder of the data, or the port, cannot be used
   */
  static async open(region: string, log: (line: string) => void, { data, port }: Lasting = {}): Promise<Account> {
    const reaper = Reaper.start();
    const kept = await openKept(data, reaper).catch(async (error: unknown) => {
      await reaper.close();
      throw error;
    });
    const account = new Account(region, log, reaper, kept, port);
    try {
      await account.ports.checkFirst();
      // A database that is kept has a folder of its own.
      if (kept === undefined) account.spareServer = prepareServer(account.reaper);
      // A machine without a database server is a problem only for a program that has a database.
      await account.spareServer?.catch(() => undefined);
      const { host } = account.secretsManager;
      account.network.addPublicService(host, await account.secretsManager.listen(account.authority.issue([host])));
    } catch (error) {
      await account.close();
      throw error;
    }
    return account;
  }

  /** Returns a value of an earlier run, if the account keeps any, or makes it. */
  keep<T>(key: string, make: () => T): T {
    return this.kept === undefined ? make() : this.kept.value(key, make);
  }

  /**
   * Returns a server for a database: with the data of an earlier run, or the spare server to the first caller, and a new one to each
   * later caller.
   *
   * @param keptAs the name of the database in the program
   */
  async takeServer(keptAs: string): Promise<PreparedServer> {
    if (this.kept !== undefined) return prepareServer(this.reaper, undefined, await this.kept.database(keptAs));
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
    await this.kept?.close();
    await this.reaper.close();
  }
}

/**
 * Checks what is to last before there is an account.
 *
 * @throws Error when the folder of the data, or the port, cannot be used
 */
export async function checkLasting({ data, port }: Lasting): Promise<void> {
  const reaper = Reaper.start();
  try {
    const kept = await openKept(data, reaper);
    await new Ports(port, kept).checkFirst().finally(() => kept?.close());
  } finally {
    await reaper.close();
  }
}

async function openKept(data: string | undefined, { folder }: Reaper): Promise<KeptFolder | undefined> {
  if (data === undefined) return undefined;
  const kept = await KeptFolder.open(data, folder);
  try {
    const binary = await findServerBinary().catch(() => undefined);
    if (binary !== undefined) kept.useServer(familyOf(binary));
    return kept;
  } catch (error) {
    await kept.close();
    throw error;
  }
}
