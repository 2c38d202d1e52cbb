import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Action, Calls } from "../../../doctor/calls";
import { diagnose } from "../../../doctor/diagnose";
import type { Hop } from "../../../doctor/report";
import { Aws } from "../../../doctor/sdk";
import { Account } from "../../../local/account";
import { Deployment, runProgram, silent, type StackOutput } from "../../../local/engine";
import { catalogue } from "../../../local/kinds";
import type { Operator } from "../../../local/loopbackApi/operator";
import { withoutStackTraces } from "../../../testing/stackTraces";
import { eventually } from "../../local/support";

const root = join(__dirname, "../../..");

/** All calls that any doctor of this process has made. */
export const made = new Set<Action>();

/** A stack on the stand-in that a test breaks, and that the doctor looks at through AWS's SDK. */
export class Patient {
  operator!: Operator;

  private constructor(
    readonly account: Account,
    private readonly deployment: Deployment,
    private readonly outputs: Record<string, StackOutput>,
  ) {}

  static async open(config: Record<string, string> = {}, program = "doctored"): Promise<Patient> {
    const account = await Account.open("ap-northeast-1", () => undefined);
    const deployment = new Deployment(catalogue, account, silent);
    const main = join(root, `test/programs/fixtures/${program}.ts`);
    Reflect.deleteProperty(require.cache, main);
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [`test:${key}`, value]));
    const stack = { project: "test", stack: "test", folder: root, main, values, secretKeys: [] };
    try {
      const outputs = await withoutStackTraces(() => runProgram(stack, deployment));
      const patient = new Patient(account, deployment, outputs);
      await account.loopbackApi.open();
      patient.operator = JSON.parse(await readFile(join(account.reaper.folder, "operator.json"), "utf8")) as Operator;
      return patient;
    } catch (error) {
      await deployment.destroy();
      await account.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    assert.deepEqual(await this.deployment.destroy(), []);
    await this.account.close();
  }

  get functionName(): string {
    return String(this.outputs.functionName?.value);
  }

  get proxyName(): string {
    return [...this.account.rds.proxies.keys()][0] ?? "";
  }

  get proxy() {
    return this.account.rds.proxy(this.proxyName);
  }

  get database() {
    const [database] = this.account.rds.databases.values();
    assert.ok(database);
    return database;
  }

  /** The secret that the proxy reads. */
  get secret() {
    const secret = this.account.secretsManager.secrets.get(this.proxy.identity.auths[0]?.secretArn ?? "");
    assert.ok(secret);
    return secret;
  }

  /** What AWS's SDK asks, after `change` has looked at an answer: for what the stand-in cannot be. */
  async diagnose(
    change: <A extends Action>(action: A, answer: Calls[A][1] | undefined) => unknown = (_, answer) => answer,
    operator: Operator = this.operator,
  ): Promise<Hop[]> {
    const { url, region, accessKeyId, secretAccessKey, sessionToken } = operator;
    const aws = new Aws({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey, sessionToken } });
    return diagnose(
      async (action, input) => {
        made.add(action);
        return change(action, await aws.ask(action, input)) as never;
      },
      this.functionName,
      aws.refused,
    );
  }

  /** Takes a rule away, or puts another one in its place. */
  changeRules(change: (rules: Map<string, any>) => void): () => void {
    const { rules } = this.account.network;
    const before = [...rules];
    change(rules);
    return () => {
      rules.clear();
      for (const [id, rule] of before) rules.set(id, rule);
    };
  }

  /** Makes the proxy connect to its database anew, and waits until its health says so. */
  async reconnect(reason: string | undefined): Promise<void> {
    await this.database.server.restart();
    await eventually(() => {
      const [health] = this.proxy.proxy.targetHealth();
      return reason === undefined ? health?.state === "AVAILABLE" : health?.reason === reason;
    }, 15_000);
  }

  /** Pins all database connections that the proxy may open. @returns what ends the sessions */
  async pinAll(): Promise<() => void> {
    const [user] = await this.proxy.credentials();
    assert.ok(user);
    const { createConnection } = await import("mysql2/promise");
    const { proxy } = this.proxy;
    const { MaxDatabaseConnectionsAllowed: all = 0 } = proxy.metrics();
    const sessions = await Promise.all(
      Array.from({ length: all }, async () => {
        const session = await createConnection({
          host: "127.0.0.1",
          port: proxy.port,
          user: user.username,
          password: user.password,
          ssl: { ca: this.account.authority.certificate, servername: "localhost" } as never,
        });
        await session.query("set @pinned = 1");
        return session;
      }),
    );
    await eventually(() => proxy.metrics().DatabaseConnectionsCurrentlySessionPinned === all);
    return () => {
      for (const session of sessions) session.destroy();
    };
  }

  /** Empties the function's log, as an hour does. */
  forgetErrors(): void {
    this.account.logGroups.clear();
  }

  /** Makes the next invocation start a container, which has no connection yet. */
  async coldStart(): Promise<void> {
    const { lambda, network } = this.account;
    const { configuration } = lambda.describe(this.functionName) ?? {};
    assert.ok(configuration?.networkInterface);
    const { subnetIds, securityGroupIds } = configuration.networkInterface;
    await lambda.deploy({ ...configuration, networkInterface: network.attach(subnetIds, securityGroupIds) });
  }

  invoke() {
    return this.account.lambda.invoke(this.functionName, "{}");
  }
}
