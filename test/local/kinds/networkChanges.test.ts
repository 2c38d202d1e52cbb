import assert from "node:assert/strict";
import type { Created } from "../../../local/engine";
import { Stack } from "./stack";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressType = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const vpcType = "aws:ec2/vpc:Vpc";
const subnetType = "aws:ec2/subnet:Subnet";
const tableType = "aws:ec2/routeTable:RouteTable";
const routeType = "aws:ec2/route:Route";
const associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const gatewayType = "aws:ec2/internetGateway:InternetGateway";
const natType = "aws:ec2/natGateway:NatGateway";
const eipType = "aws:ec2/eip:Eip";
const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";
const instanceType = "aws:ec2/instance:Instance";
const service = "secretsmanager.ap-northeast-1.amazonaws.com";

describe("the network of the stand-in, when it changes", () => {
  const stack = new Stack();
  let vpc: Created;
  let subnet: Created;
  before(() => stack.open());
  after(() => stack.close());
  beforeEach(async () => {
    vpc = await stack.make(vpcType, "vpc", { cidrBlock: "10.0.0.0/16" });
    subnet = await stack.make(subnetType, "subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
  });

  const createGroup = (name: string) => stack.make(groupType, name, { vpcId: vpc.id });
  /** A group whose members may send everything. */
  async function createClients(): Promise<Created> {
    const group = await createGroup("clients");
    await stack.make(egressType, "out", { securityGroupId: group.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" });
    return group;
  }

  it("lets through what a changed rule allows, and no longer what it allowed before", async () => {
    const { network } = stack.account;
    const [clients, servers] = [await createClients(), await createGroup("servers")];
    const client = network.attach([subnet.id], [clients.id]);
    network.name("db", network.attach([subnet.id], [servers.id]));
    network.listen("db", 3306, { host: "127.0.0.1", port: 1 });
    const outcome = () => network.route(client, "db", 3306).outcome;
    const inputs = { securityGroupId: servers.id, ipProtocol: "tcp", fromPort: 3306, toPort: 3306 };
    const rule = await stack.make(ingressType, "in", { ...inputs, cidrIpv4: "10.0.0.0/24" });
    assert.equal(outcome(), "open");
    await stack.update(ingressType, rule, { ...inputs, cidrIpv4: "10.0.9.0/24" });
    assert.equal(outcome(), "dropped");
    await stack.update(ingressType, rule, { ...inputs, cidrIpv4: "10.0.0.0/16", description: "Everybody" });
    assert.equal(outcome(), "open");
    const { description, securityGroupRuleId } = await stack.update(ingressType, rule, {
      ...inputs,
      cidrIpv4: "10.0.0.0/16",
      fromPort: 3307,
      toPort: 3307,
    });
    assert.equal(outcome(), "dropped");
    assert.deepEqual([description, securityGroupRuleId], [undefined, rule.id]);
  });

  it("keeps a group that an interface or another group's rule uses", async () => {
    const { network } = stack.account;
    const [clients, servers] = [await createClients(), await createGroup("servers")];
    const attached = network.attach([subnet.id], [clients.id]);
    await assert.rejects(stack.remove(groupType, clients), {
      message: `DependencyViolation: resource ${clients.id} has a dependent object: ${attached.id} is in the group.`,
    });
    network.interfaces.release(attached);
    const rule = await stack.make(ingressType, "in", {
      securityGroupId: servers.id,
      referencedSecurityGroupId: clients.id,
      ipProtocol: "-1",
    });
    await assert.rejects(stack.remove(groupType, clients), /DependencyViolation.*the rule sgr-\w+ refers to it/);
    await stack.remove(groupType, servers);
    // The rules of a group go with it.
    assert.ok(!stack.exists(ingressType, rule));
    await stack.remove(groupType, clients);
    assert.ok(!stack.exists(groupType, clients));
  });

  it("keeps a subnet that an interface is in, and a VPC that has parts", async () => {
    const { network } = stack.account;
    const attached = network.attach([subnet.id], []);
    await assert.rejects(
      stack.remove(subnetType, subnet),
      /The subnet 'subnet-\w+' has dependencies and cannot be deleted/,
    );
    await assert.rejects(stack.remove(vpcType, vpc), /The vpc 'vpc-\w+' has dependencies and cannot be deleted/);
    network.interfaces.release(attached);
    await stack.remove(subnetType, subnet);
    const gateway = await stack.make(gatewayType, "gateway", { vpcId: vpc.id });
    await assert.rejects(stack.remove(vpcType, vpc), new RegExp(gateway.id));
    await stack.remove(gatewayType, gateway);
    await stack.remove(vpcType, vpc);
  });

  it("gives a released address to the next interface", () => {
    const { network } = stack.account;
    const [first, second] = [network.attach([subnet.id], []), network.attach([subnet.id], [])];
    assert.deepEqual([first.address, second.address], ["10.0.0.4", "10.0.0.5"]);
    network.interfaces.release(first);
    assert.equal(network.attach([subnet.id], []).address, "10.0.0.4");
  });

  describe("leads out of a VPC by its route tables", () => {
    let client: () => string;
    let table: Created;
    beforeEach(async () => {
      const { network } = stack.account;
      const attached = network.attach([subnet.id], [(await createClients()).id]);
      client = () => network.route(attached, service, 443).outcome;
      table = await stack.make(tableType, "table", { vpcId: vpc.id });
    });
    const everywhere = "0.0.0.0/0";
    const associate = () => stack.make(associationType, "table", { subnetId: subnet.id, routeTableId: table.id });
    async function createNatGateway() {
      const outside = await stack.make(subnetType, "public", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" });
      const eip = await stack.make(eipType, "nat", { domain: "vpc" });
      assert.match(eip.id, /^eipalloc-[0-9a-f]{17}$/);
      assert.equal(eip.state.allocationId, eip.id);
      return stack.make(natType, "nat", { subnetId: outside.id, allocationId: eip.state.allocationId });
    }

    it("not at all without a default route, and as long as nobody says which table it has, yes", async () => {
      assert.equal(client(), "open");
      const association = await associate();
      assert.equal(client(), "dropped");
      await stack.remove(associationType, association);
      assert.equal(client(), "open");
    });

    it("through a NAT gateway, until the gateway is gone", async () => {
      await associate();
      const nat = await createNatGateway();
      const route = await stack.make(routeType, "out", {
        routeTableId: table.id,
        destinationCidrBlock: everywhere,
        natGatewayId: nat.id,
      });
      assert.equal(route.id, `r-${table.id}1080289494`);
      assert.equal(client(), "open");
      await stack.remove(natType, nat);
      assert.equal(client(), "dropped");
    });

    it("not through an internet gateway, because a function has no public address", async () => {
      await associate();
      const gateway = await stack.make(gatewayType, "gateway", { vpcId: vpc.id });
      const inputs = { routeTableId: table.id, destinationCidrBlock: everywhere };
      const route = await stack.make(routeType, "out", { ...inputs, gatewayId: gateway.id });
      assert.equal(client(), "dropped");
      const nat = await createNatGateway();
      await stack.update(routeType, route, { ...inputs, natGatewayId: nat.id });
      assert.equal(client(), "open");
      await stack.remove(routeType, route);
      assert.equal(client(), "dropped");
    });

    it("through the routes inside the table too", async () => {
      await associate();
      const nat = await createNatGateway();
      const routes = [{ cidrBlock: everywhere, natGatewayId: nat.id }];
      await stack.update(tableType, table, { vpcId: vpc.id, routes });
      assert.equal(client(), "open");
      await stack.update(tableType, table, { vpcId: vpc.id, routes: [] });
      assert.equal(client(), "dropped");
    });

    it("by a table that cannot go while a subnet uses it, and whose routes go with it", async () => {
      const association = await associate();
      const route = await stack.make(routeType, "out", { routeTableId: table.id, destinationCidrBlock: everywhere });
      await assert.rejects(stack.remove(tableType, table), /The routeTable 'rtb-\w+' has dependencies/);
      await stack.remove(associationType, association);
      await stack.remove(tableType, table);
      assert.ok(!stack.exists(routeType, route));
    });
  });

  it("makes an interface endpoint follow its groups and its private DNS", async () => {
    const { network } = stack.account;
    const [clients, open, closed] = [await createClients(), await createGroup("open"), await createGroup("closed")];
    const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    await stack.make(ingressType, "https", { ...https, securityGroupId: open.id, cidrIpv4: "10.0.0.0/16" });
    const table = await stack.make(tableType, "isolated", { vpcId: vpc.id });
    await stack.make(associationType, "isolated", { subnetId: subnet.id, routeTableId: table.id });
    const client = network.attach([subnet.id], [clients.id]);
    const outcome = () => network.route(client, service, 443).outcome;
    const inputs = {
      serviceName: "com.amazonaws.ap-northeast-1.secretsmanager",
      vpcEndpointType: "Interface",
      vpcId: vpc.id,
      subnetIds: [subnet.id],
      privateDnsEnabled: true,
    };
    const endpoint = await stack.make(endpointType, "endpoint", { ...inputs, securityGroupIds: [closed.id] });
    assert.equal(outcome(), "dropped");
    await stack.update(endpointType, endpoint, { ...inputs, securityGroupIds: [open.id] });
    assert.equal(outcome(), "open");
    await stack.remove(groupType, closed);
    await stack.update(endpointType, endpoint, { ...inputs, securityGroupIds: [open.id], privateDnsEnabled: false });
    // The name leads to the public service again, which an isolated subnet does not reach.
    assert.equal(outcome(), "dropped");
    await assert.rejects(stack.remove(groupType, open), /DependencyViolation/);
    await stack.remove(endpointType, endpoint);
    await stack.remove(groupType, open);
  });

  it("moves a virtual machine to other groups, and frees its address when it is gone", async () => {
    const [first, second] = [await createGroup("first"), await createGroup("second")];
    const inputs = { ami: "ami-1", instanceType: "t4g.nano", subnetId: subnet.id };
    const machine = await stack.make(instanceType, "bastion", { ...inputs, vpcSecurityGroupIds: [first.id] });
    assert.equal(machine.state.privateIp, "10.0.0.4");
    await stack.update(instanceType, machine, { ...inputs, vpcSecurityGroupIds: [second.id] });
    await stack.remove(groupType, first);
    await assert.rejects(stack.remove(groupType, second), /DependencyViolation/);
    await stack.remove(instanceType, machine);
    await stack.remove(groupType, second);
    await stack.remove(subnetType, subnet);
  });
});
