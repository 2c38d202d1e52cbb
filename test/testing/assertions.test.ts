import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { ProxiedDatabase, ProxyClientFunction } from "../../components";
import { assertNotReachable, assertNoWildcards, assertReachable, type Graph, graphOf } from "../../testing";

const callbackFactory = () => () => Promise.resolve([]);

/** A function, a proxy and a database. */
const shop = () =>
  graphOf(() => {
    const database = new ProxiedDatabase("orders");
    new ProxyClientFunction("report", { database, callbackFactory });
    return {};
  });

/** Two instances, each in a group of its own. */
const twoInstances = (rules: (web: aws.ec2.SecurityGroup, store: aws.ec2.SecurityGroup) => void) =>
  graphOf(() => {
    const groups = ["web", "store"].map((name) => new aws.ec2.SecurityGroup(name));
    const [web, store] = groups as [aws.ec2.SecurityGroup, aws.ec2.SecurityGroup];
    new aws.ec2.Instance("web", { vpcSecurityGroupIds: [web.id] });
    new aws.ec2.Instance("store", { vpcSecurityGroupIds: [store.id] });
    rules(web, store);
    return {};
  });

const withPolicy = (statement: object) =>
  graphOf(() => {
    new aws.iam.RolePolicy("job", { role: "job", policy: JSON.stringify({ Statement: [statement] }) });
    return {};
  });

describe("an assertion about the network", () => {
  let graph: Graph;
  before(async () => (graph = await shop()));

  it("holds for the function that reaches the proxy, and fails for the one that it does not reach", () => {
    assertReachable(graph, "report-function", "orders-proxy");
    assertReachable(graph, "orders-proxy", "orders-database", 3306);
    assertNotReachable(graph, "report-function", "orders-database");
    assertNotReachable(graph, "orders-database", "orders-proxy");
    assert.throws(() => {
      assertReachable(graph, "report-function", "orders-database");
    }, /^AssertionError.*: report-function cannot connect to orders-database on port 3306\. It can connect to .*orders-proxy:3306/);
    assert.throws(() => {
      assertNotReachable(graph, "report-function", "orders-proxy");
    }, /^AssertionError.*: report-function can connect to orders-proxy on the ports 3306-3306\.$/);
  });

  it("looks at one port, where one is named", () => {
    assertNotReachable(graph, "report-function", "orders-proxy", 22);
    assert.throws(() => {
      assertReachable(graph, "report-function", "orders-proxy", 22);
    }, /on port 22\./);
  });

  it("refuses a name that is in no security group, so that a mistyped one does not count as unreachable", () => {
    assert.throws(() => {
      assertNotReachable(graph, "report", "orders-database");
    }, /^Error: No resource named "report" is in a security group: use one of .*report-function/);
  });

  for (const [what, rules] of [
    [
      "rules inside of the groups",
      () => {
        const web = new aws.ec2.SecurityGroup("web2", {
          egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
        });
        const store = new aws.ec2.SecurityGroup("store2", {
          ingress: [{ protocol: "tcp", fromPort: 3000, toPort: 4000, securityGroups: [web.id] }],
        });
        new aws.ec2.Instance("front", { vpcSecurityGroupIds: [web.id] });
        new aws.ec2.Instance("back", { vpcSecurityGroupIds: [store.id] });
      },
    ],
    [
      "the older resource for rules",
      () => {
        const [web, store] = ["web2", "store2"].map((name) => new aws.ec2.SecurityGroup(name));
        if (web === undefined || store === undefined) return;
        new aws.ec2.SecurityGroupRule("out", {
          type: "egress",
          securityGroupId: web.id,
          protocol: "all",
          fromPort: 0,
          toPort: 0,
          cidrBlocks: ["10.0.0.0/16"],
        });
        new aws.ec2.SecurityGroupRule("in", {
          type: "ingress",
          securityGroupId: store.id,
          protocol: "tcp",
          fromPort: 3306,
          toPort: 3306,
          sourceSecurityGroupId: web.id,
        });
        new aws.ec2.Instance("front", { vpcSecurityGroupIds: [web.id] });
        new aws.ec2.Instance("back", { vpcSecurityGroupIds: [store.id] });
      },
    ],
  ] as [string, () => void][]) {
    it(`knows ${what}`, async () => {
      const other = await twoInstances(rules);
      assertReachable(other, "front", "back");
      assertNotReachable(other, "back", "front");
      assertNotReachable(other, "web", "store");
    });
  }

  it("counts a group that the program does not create as one that lets everything out", async () => {
    const other = await twoInstances((_, store) => {
      new aws.ec2.Instance("visitor", { vpcSecurityGroupIds: ["sg-given"] });
      const rule = { securityGroupId: store.id, referencedSecurityGroupId: "sg-given", ipProtocol: "-1" };
      new aws.vpc.SecurityGroupIngressRule("in", rule);
    });
    assertReachable(other, "visitor", "store", 22);
    assertNotReachable(other, "store", "visitor");
  });
});

describe("the assertion about wildcards", () => {
  it("holds for the components", async () => {
    assertNoWildcards(await shop());
  });

  for (const [statement, text] of [
    [{ Action: "s3:*", Resource: "arn:aws:s3:::invoices/*" }, "job allows s3:* on arn:aws:s3:::invoices/*"],
    [{ Action: ["s3:GetObject"], Resource: "*" }, "job allows s3:GetObject on *"],
    [{ NotAction: "iam:PassRole", Resource: "arn:aws:s3:::invoices" }, "job allows * on arn:aws:s3:::invoices"],
    [{ Action: "s3:GetObject", NotResource: "arn:aws:s3:::invoices" }, "job allows s3:GetObject on *"],
  ] as [object, string][]) {
    it(`fails where a policy has ${JSON.stringify(statement)}`, async () => {
      const graph = await withPolicy({ Effect: "Allow", ...statement });
      assert.throws(
        () => {
          assertNoWildcards(graph);
        },
        { message: `${text}: name the actions and the resources.` },
      );
    });
  }

  it("lets pass what a policy denies, what has no resource to name, and what the test allows", async () => {
    assertNoWildcards(await withPolicy({ Effect: "Deny", Action: "*", Resource: "*" }));
    assertNoWildcards(await withPolicy({ Effect: "Allow", Action: "ec2:DescribeSubnets", Resource: "*" }));
    const graph = await withPolicy({ Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: "*" });
    assertNoWildcards(graph, { allowed: ["logs:DescribeLogGroups"] });
  });

  it("fails where a role has one of AWS's policies for everything", async () => {
    const graph = await graphOf(() => {
      const policyArn = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
      new aws.iam.RolePolicyAttachment("job", { role: "job", policyArn });
      return {};
    });
    assert.throws(() => {
      assertNoWildcards(graph);
    }, /job allows all of arn:aws:iam::aws:policy\/AmazonS3FullAccess on \*/);
  });
});
