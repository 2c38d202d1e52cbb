import { Account, type Lasting } from "../../../local/account";
import type { Created, Properties } from "../../../local/engine";
import { catalogue } from "../../../local/kinds";

/** A stack without a program: a test creates its resources from plain inputs. */
export class Stack {
  readonly log: string[] = [];
  account!: Account;

  async open(lasting?: Lasting): Promise<void> {
    this.account = await Account.open("ap-northeast-1", (line) => this.log.push(line), lasting);
  }

  /** Creates a resource and returns its properties; rejects with the message of one that fails. */
  async create(type: string, name: string, inputs: Properties): Promise<Record<string, string>> {
    const { id, state } = await catalogue.kind(type).create(inputs, { type, name }, this.account);
    return { ...(state as Record<string, string>), id };
  }

  /** Creates a resource that the test changes later. */
  async make(type: string, name: string, inputs: Properties): Promise<Created> {
    return catalogue.kind(type).create(inputs, { type, name }, this.account);
  }

  /** Changes a resource in place, as the engine does after its plan. The resource has its new state afterwards. */
  async update(type: string, existing: Created, inputs: Properties): Promise<Properties> {
    const state = await catalogue.kind(type).update?.(existing, inputs, this.account);
    if (state === undefined) throw new Error(`${type} cannot change in place.`);
    existing.state = state;
    return state;
  }

  async remove(type: string, existing: Created): Promise<void> {
    await catalogue.kind(type).delete?.(existing, this.account);
  }

  exists(type: string, existing: Created): boolean {
    return catalogue.kind(type).exists?.(existing, this.account) ?? true;
  }

  /** Closes the account, which ends everything in it. */
  close(): Promise<void> {
    return this.account.close();
  }

  /** Creates a VPC with two groups. Members of `client` may connect to members of `server` on MySQL's port. */
  async createNetwork() {
    const vpc = await this.create("awsx:ec2:Vpc", "vpc", {
      numberOfAvailabilityZones: 2,
      subnetSpecs: [{ type: "Public" }, { type: "Isolated" }],
    });
    const subnetIds = vpc.isolatedSubnetIds as unknown as string[];
    const { vpcId } = vpc;
    const [client, server] = await Promise.all(
      ["client", "server"].map(
        async (name) => (await this.create("aws:ec2/securityGroup:SecurityGroup", name, { vpcId })).id ?? "",
      ),
    );
    await this.create("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "out", {
      securityGroupId: client,
      ipProtocol: "-1",
      cidrIpv4: "0.0.0.0/0",
    });
    await this.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "in", {
      securityGroupId: server,
      referencedSecurityGroupId: client,
      ipProtocol: "tcp",
      fromPort: 3306,
      toPort: 3306,
    });
    const subnetGroup = await this.create("aws:rds/subnetGroup:SubnetGroup", "subnets", { subnetIds });
    return { vpcId, subnetIds, client, server, dbSubnetGroupName: subnetGroup.name };
  }

  /** Creates a proxy whose role may read the secret. */
  async createProxy(
    network: { client: string | undefined; subnetIds: string[] },
    secretArn: string,
    inputs: Properties = {},
  ) {
    const role = await this.create("aws:iam/role:Role", "proxy", {
      assumeRolePolicy: policy({ Action: "sts:AssumeRole", Principal: { Service: "rds.amazonaws.com" } }),
      inlinePolicies: [
        { name: "read", policy: policy({ Action: "secretsmanager:GetSecretValue", Resource: secretArn }) },
      ],
    });
    return this.create("aws:rds/proxy:Proxy", "proxy", {
      engineFamily: "MYSQL",
      auths: [{ secretArn, iamAuth: "DISABLED" }],
      roleArn: role.arn,
      vpcSubnetIds: network.subnetIds,
      vpcSecurityGroupIds: [network.client],
      ...inputs,
    });
  }
}

/** The text of a policy with one statement, which allows something. */
export function policy(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}
