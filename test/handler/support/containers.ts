import type * as pulumi from "@pulumi/pulumi";
import { packageCallback } from "../../../components/function/packaging";
import { Account } from "../../../local/account";
import { masterPassword, masterUser } from "../../local/rdsProxy/support/harness";
import { environmentFor } from "./client";

const region = "ap-northeast-1";
const host = `proxy.proxy-abc.${region}.rds.amazonaws.com`;
const roleArn = "arn:aws:iam::123456789012:role/function";
export const secretArn = `arn:aws:secretsmanager:${region}:123456789012:secret:sample`;

/** How an invocation ended. */
export type Ending = { rows: unknown } | { error: { errorType: string; errorMessage: string } };

/** Functions in containers of the stand-in, which freezes them between two invocations, with the packages that users get. */
export class Containers {
  readonly logs: string[] = [];

  private constructor(
    readonly account: Account,
    private readonly files: Map<string, Buffer>,
  ) {}

  static async open(): Promise<Containers> {
    const logs: string[] = [];
    const account = await Account.open(region, (line) => logs.push(line));
    const bundle = { external: [], files: {}, loader: {}, define: {}, sourceMap: true, install: [] };
    const callbackFactory = () =>
      (require("./test/handler/support/handlers/faults") as typeof import("./handlers/faults")).run as never;
    const { archive } = await packageCallback("faults", { callbackFactory }, { bundle, architecture: "arm64" });
    const files = new Map<string, Buffer>();
    for (const [name, asset] of Object.entries(await archive.assets)) {
      files.set(name, Buffer.from(await (asset as pulumi.asset.StringAsset).text));
    }
    const containers = new Containers(account, files);
    Object.assign(containers, { logs });
    containers.openNetwork();
    containers.storeSecret(JSON.stringify({ username: masterUser, password: masterPassword }));
    return containers;
  }

  /** Certificate for the proxy's name. */
  certificate() {
    return this.account.authority.issue([host]);
  }

  /** From now on the proxy's name leads to this port. */
  leadTo(port: number): void {
    this.account.network.listen(host, 3306, { host: "127.0.0.1", port });
  }

  storeSecret(value: string | undefined): void {
    const { secretsManager } = this.account;
    secretsManager.delete(secretArn, 0);
    const secret = secretsManager.create(secretArn, "sample");
    if (value !== undefined) secret.put(value, []);
  }

  async deploy(name: string, variables: Record<string, string> = {}, timeout = 10): Promise<void> {
    await this.account.lambda.deploy({
      name,
      arn: this.account.arn("lambda", `function:${name}`),
      handler: "index.handler",
      runtime: "nodejs24.x",
      roleArn,
      timeout,
      memorySize: 256,
      reservedConcurrency: -1,
      variables: {
        ...environmentFor(3306),
        DB_ENDPOINT: host,
        DB_SECRET_ARN: secretArn,
        ...variables,
      },
      logGroup: `/aws/lambda/${name}`,
      networkInterface: this.account.network.attach(["subnet-1"], ["sg-open"]),
      files: this.files,
    });
  }

  async invoke(name: string, event: object = {}): Promise<Ending> {
    const outcome = await this.account.lambda.invoke(name, JSON.stringify(event));
    return "error" in outcome ? { error: outcome.error } : { rows: JSON.parse(outcome.result) };
  }

  close(): Promise<void> {
    return this.account.close();
  }

  private openNetwork(): void {
    const { network, iam } = this.account;
    const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };
    iam.createRole("function", roleArn, JSON.stringify({ Statement: trust }));
    const read = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArn };
    iam.putRolePolicy("function", "read", JSON.stringify({ Statement: read }));
    const subnet = { id: "subnet-1", vpcId: "vpc-1", availabilityZone: `${region}a`, cidrBlock: "10.0.0.0/24" };
    network.subnets.set("subnet-1", { ...subnet, hasWayOut: true });
    network.securityGroups.set("sg-open", { id: "sg-open", name: "open", vpcId: "vpc-1" });
    const everything = { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0", securityGroupId: "sg-open" };
    network.rules.set("out", { ...everything, direction: "outbound" });
    network.rules.set("in", { ...everything, direction: "inbound" });
    network.name(host, network.attach(["subnet-1"], ["sg-open"]));
  }
}
