import assert from "node:assert/strict";
import { Network, type NetworkInterface, type SecurityGroupRule } from "../../../local/network";

const vpcId = "vpc-1";
const databaseHost = "db.abc.ap-northeast-1.rds.amazonaws.com";
const secretsManagerHost = "secretsmanager.ap-northeast-1.amazonaws.com";
const listener = { host: "127.0.0.1", port: 40_000 };
const service = { host: "127.0.0.1", port: 40_001 };

/** A client in the group sg-client and a database in the group sg-database, each in a subnet of its own. */
function createNetwork(rules: (Partial<SecurityGroupRule> & Pick<SecurityGroupRule, "direction">)[] = []) {
  const network = new Network("ap-northeast-1");
  for (const [id, cidrBlock, hasWayOut] of [
    ["subnet-isolated", "10.0.0.0/24", false],
    ["subnet-database", "10.0.1.0/24", false],
    ["subnet-private", "10.0.2.0/24", true],
  ] as const) {
    network.subnets.set(id, { id, vpcId, availabilityZone: "ap-northeast-1a", cidrBlock, hasWayOut });
  }
  for (const id of ["sg-client", "sg-database"]) network.securityGroups.set(id, { id, name: id.slice(3), vpcId });
  rules.forEach((rule, index) => {
    const securityGroupId = rule.direction === "outbound" ? "sg-client" : "sg-database";
    network.rules.set(`sgr-${index}`, { ipProtocol: "tcp", fromPort: 3306, toPort: 3306, securityGroupId, ...rule });
  });
  network.name(databaseHost, network.attach(["subnet-database"], ["sg-database"]));
  network.listen(databaseHost, 3306, listener);
  network.addPublicService(secretsManagerHost, service);
  return { network, client: network.attach(["subnet-isolated"], ["sg-client"]) };
}

const allOutbound = { direction: "outbound", ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" } as const;
const fromClient = { direction: "inbound", referencedSecurityGroupId: "sg-client" } as const;

describe("the network", () => {
  describe("lets a connection through when the rules allow", () => {
    for (const [title, outbound, inbound] of [
      ["everything out, and the client's group in", allOutbound, fromClient],
      [
        "traffic out to the group, and the client's group in",
        { direction: "outbound", referencedSecurityGroupId: "sg-database" },
        fromClient,
      ],
      [
        "a range of addresses in, and the client is within it",
        allOutbound,
        { direction: "inbound", cidrIpv4: "10.0.0.0/24" },
      ],
      ["exactly the client's address in", allOutbound, { direction: "inbound", cidrIpv4: "10.0.0.4/32" }],
      [
        "a range of ports in, and MySQL's port is within it",
        allOutbound,
        { ...fromClient, fromPort: 3000, toPort: 4000 },
      ],
      [
        "all protocols in, whatever ports the rule names",
        allOutbound,
        { ...fromClient, ipProtocol: "-1", fromPort: 1, toPort: 2 },
      ],
    ] as const) {
      it(title, () => {
        const { network, client } = createNetwork([outbound, inbound]);
        assert.deepEqual(network.route(client, databaseHost, 3306), { outcome: "open", to: listener });
      });
    }
  });

  describe("drops a connection and says which rule is missing", () => {
    const noInbound =
      /^security group sg-database "database" has no inbound rule for tcp 3306 from security group sg-client "client" \(10\.0\.0\.4\)$/;
    for (const [title, rules, reason] of [
      [
        "without any rule, since a new group has none",
        [],
        /^security group sg-client "client" has no outbound rule for tcp 3306 to security group sg-database/,
      ],
      ["with no outbound rule", [fromClient], /sg-client "client" has no outbound rule/],
      ["with no inbound rule", [allOutbound], noInbound],
      [
        "with an inbound rule for another port",
        [allOutbound, { ...fromClient, fromPort: 3307, toPort: 3307 }],
        noInbound,
      ],
      ["with an inbound rule for another protocol", [allOutbound, { ...fromClient, ipProtocol: "udp" }], noInbound],
      [
        "with an inbound rule for another group",
        [allOutbound, { ...fromClient, referencedSecurityGroupId: "sg-database" }],
        noInbound,
      ],
      [
        "with an inbound rule for other addresses",
        [allOutbound, { direction: "inbound", cidrIpv4: "10.0.1.0/24" }],
        noInbound,
      ],
    ] as const) {
      it(title, () => {
        const { network, client } = createNetwork([...rules]);
        const route = network.route(client, databaseHost, 3306);
        assert.equal(route.outcome, "dropped");
        assert.match("reason" in route ? route.reason : "", reason);
      });
    }

    it("between two members of one group, which needs a rule for its own members", () => {
      const { network } = createNetwork([allOutbound]);
      network.rules.set("sgr-out", { ...allOutbound, securityGroupId: "sg-database" });
      const other = network.attach(["subnet-isolated"], ["sg-database"]);
      assert.equal(network.route(other, databaseHost, 3306).outcome, "dropped");
      network.rules.set("sgr-self", {
        direction: "inbound",
        ipProtocol: "tcp",
        fromPort: 3306,
        toPort: 3306,
        securityGroupId: "sg-database",
        referencedSecurityGroupId: "sg-database",
      });
      assert.equal(network.route(other, databaseHost, 3306).outcome, "open");
    });

    it("into another VPC", () => {
      const { network, client } = createNetwork([allOutbound, fromClient]);
      const stranger: NetworkInterface = { ...client, vpcId: "vpc-2", subnetId: "x", address: "10.9.0.4" };
      const route = network.route(stranger, databaseHost, 3306);
      assert.deepEqual(route, {
        outcome: "dropped",
        reason: `${databaseHost} is in vpc-1, and vpc-2 has no route to it`,
      });
    });
  });

  it("knows a host by its address and by its name, and by no other name", () => {
    const { network, client } = createNetwork([allOutbound, fromClient]);
    assert.equal(network.route(client, "10.0.1.4", 3306).outcome, "open");
    assert.equal(network.route(client, "example.com", 3306).outcome, "unknown host");
  });

  it("refuses a connection to a port that lets packets in, but has no listener", () => {
    const { network, client } = createNetwork([allOutbound, { ...fromClient, toPort: 3310 }]);
    assert.equal(network.route(client, databaseHost, 3310).outcome, "refused");
  });

  describe("with one of AWS's services", () => {
    it("connects a subnet with a way out", () => {
      const { network } = createNetwork([allOutbound]);
      const client = network.attach(["subnet-private"], ["sg-client"]);
      assert.deepEqual(network.route(client, secretsManagerHost, 443), { outcome: "open", to: service });
    });

    it("does not connect an isolated subnet", () => {
      const { network, client } = createNetwork([allOutbound]);
      const route = network.route(client, secretsManagerHost, 443);
      assert.equal(route.outcome, "dropped");
      assert.match("reason" in route ? route.reason : "", /has neither a NAT gateway nor a VPC endpoint/);
    });

    it("connects an isolated subnet through an endpoint, if the endpoint's group lets it in", () => {
      const { network, client } = createNetwork([allOutbound]);
      network.addPrivateName(secretsManagerHost, network.attach(["subnet-isolated"], ["sg-database"]));
      assert.equal(network.route(client, secretsManagerHost, 443).outcome, "dropped");
      network.rules.set("sgr-https", {
        ...fromClient,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        securityGroupId: "sg-database",
      });
      assert.deepEqual(network.route(client, secretsManagerHost, 443), { outcome: "open", to: service });
    });
  });
});
