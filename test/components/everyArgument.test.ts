import assert from "node:assert/strict";
import fc from "fast-check";
import { plainTexts, type Registration } from "../../testing";
import { combination, single } from "../support/arguments";
import { deploy, type Deployment, type Properties } from "../support/deployment";
import { grantsOf, neededGrants } from "../support/grants";
import { type Family, idle, repeatedRules, ways } from "../support/reachability";
import { brokenReferences, canBeTagged, missingInputs } from "../support/references";
import { waiting } from "../support/waiting";

/** Each property is checked on the same combinations. fast-check reports the seed and the path of the smallest one that fails. */
const runs = { seed: 4, numRuns: 40 };

const isComponent = ({ type }: Registration) => type.startsWith("lambda-rds-proxy:");

const properties: Properties = {
  ...waiting,

  "every resource has the inputs that it needs"({ graph }) {
    assert.deepEqual(missingInputs(graph), []);
  },

  "every resource exists that another one names, and the other one waits for it"({ graph }) {
    assert.deepEqual(brokenReferences(graph), []);
  },

  "packets get from functions to the proxy, from proxy and bastion to the database, and nowhere else"({
    graph,
    args,
    functions,
  }) {
    const entrances = [
      "orders-proxy",
      ...(args.proxy?.readOnlyEndpoint ? ["orders-read-only"] : []),
      ...Object.keys(args.proxy?.endpoints ?? {}).map((name) => `orders-${name}`),
    ];
    const port = portOf(args);
    const manager = "orders-manager-function";
    const isPastProxy = args.auth === "iam-end-to-end";
    const clients = [...functions.map((name) => `${name}-function`), ...(isPastProxy ? [] : [manager])];
    // In subnets without a way out, functions that read a secret reach Secrets Manager, and the bastion Session Manager.
    const { secretsManagerEndpoint, sessionManagerEndpoints } = args.vpc ?? { secretsManagerEndpoint: true };
    const hasPasswords =
      args.auth === undefined || Object.values(args.users ?? {}).some(({ auth }) => auth === "password");
    const readsSecrets = secretsManagerEndpoint && (hasPasswords || isPastProxy);
    const isManaged = sessionManagerEndpoints && args.bastion;
    const expected = [
      ...clients.flatMap((client) => entrances.map((entrance) => `${client} -> ${entrance}:3306`)),
      ...entrances.map((entrance) => `${entrance} -> orders-database:${port}`),
      ...(args.bastion ? [`orders-bastion -> orders-database:${port}`] : []),
      ...(isPastProxy ? [`${manager} -> orders-database:${port}`] : []),
      ...(isPastProxy && secretsManagerEndpoint ? [`${manager} -> orders-secretsmanager:443`] : []),
      ...(readsSecrets
        ? [...clients, ...entrances]
            // It logs in with a token there, so it is let out to the proxy only.
            .filter((client) => client !== manager || args.egress !== "needed" || args.auth !== "iam")
            .map((client) => `${client} -> orders-secretsmanager:443`)
        : []),
      ...(isManaged ? ["ssm", "ssmmessages"].map((service) => `orders-bastion -> orders-${service}:443`) : []),
    ];
    assert.deepEqual(ways(graph), expected.sort());
  },

  "the groups let packets out to the kinds of addresses that the proxy and its target have"({
    graph,
    args,
    functions,
  }) {
    const { networkType = "IPV4", targetNetworkType = "IPV4" } = args.proxy ?? {};
    const families: Family[] = networkType === "DUAL" ? ["IPV4", "IPV6"] : [networkType];
    for (const family of families) {
      for (const name of functions) assert.ok(ways(graph, [family]).includes(`${name}-function -> orders-proxy:3306`));
    }
    assert.ok(ways(graph, [targetNetworkType]).includes(`orders-proxy -> orders-database:${portOf(args)}`));
  },

  "every security group has a member, and every rule is used and occurs once"({ graph }) {
    assert.deepEqual(idle(graph), []);
    assert.deepEqual(repeatedRules(graph), []);
  },

  "each policy grants what its role needs, and nothing else"(deployment) {
    assert.deepEqual(grantsOf(deployment.graph), neededGrants(deployment));
  },

  "one service can assume each role, and only bastion and monitoring have a policy of AWS's"({ graph, args }) {
    for (const { name, inputs } of graph.all("aws:iam/role:Role")) {
      const kind = name.split("-").at(-1) ?? "";
      const service = { proxy: "rds", function: "lambda", bastion: "ec2", monitoring: "monitoring.rds" }[kind];
      const [statement, ...others] = JSON.parse(inputs.assumeRolePolicy).Statement;
      assert.deepEqual([statement.Principal, others], [{ Service: `${service}.amazonaws.com` }, []], name);
      // EC2 does not say for whom it takes on a role, and of RDS Proxy nobody knows.
      const ownAccount = { StringEquals: { "aws:SourceAccount": "123456789012" } };
      assert.deepEqual(statement.Condition, /lambda|monitoring/.test(service ?? "") ? ownAccount : undefined, name);
      const boundary = name.startsWith("orders-") ? args.permissionsBoundary : undefined;
      assert.equal(inputs.permissionsBoundary, boundary, name);
    }
    const managed = {
      bastion: "AmazonSSMManagedInstanceCore",
      monitoring: "service-role/AmazonRDSEnhancedMonitoringRole",
    };
    for (const { name, inputs } of graph.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")) {
      const policy = managed[name.replace("orders-", "") as keyof typeof managed];
      assert.deepEqual(inputs, { role: `${name}-name`, policyArn: `arn:aws:iam::aws:policy/${policy}` });
    }
  },

  "every child is under its component, and has a name of its own that begins with the component's"({ graph }) {
    for (const { name, parent, type } of graph.resources.filter((resource) => !isComponent(resource))) {
      assert.ok(name.startsWith(`${parent.split("::").at(-1)}-`), `${type} ${name} is under ${parent}`);
      assert.match(parent, /::lambda-rds-proxy:index:(ProxiedDatabase|ProxyClientFunction)::/);
    }
    assert.equal(new Set(graph.resources.map(({ urn }) => urn)).size, graph.resources.length);
  },

  "every input or output with a password in it is secret"({ graph }) {
    const texts = [...graph.resources.map(({ rawInputs }) => rawInputs), graph.outputs].flatMap(plainTexts);
    assert.deepEqual(
      texts.filter((text) => /generated-password|correct-horse-battery/.test(text)),
      [],
    );
  },

  "every resource that can carry tags has the tags that the program gave"({ graph, args }) {
    const ofDatabase = graph.resources.filter(
      ({ type, parent }) => canBeTagged(type) && parent.includes("ProxiedDatabase::"),
    );
    assert.ok(ofDatabase.length >= 5);
    for (const { name, inputs } of ofDatabase) {
      const { Team, Cost } = inputs.tags;
      assert.deepEqual(
        { Team, Cost },
        args.tags ? { Team: "data", Cost: "centre" } : { Team: undefined, Cost: undefined },
        name,
      );
    }
  },
};

function portOf({ database }: Deployment["args"]): number {
  const { port = 3306 } = database !== undefined && "existing" in database ? database.existing : (database ?? {});
  return port;
}

describe("whatever arguments a database and its functions get,", function () {
  // The first test runs all programs. That takes some seconds, or more while other tests use the processors.
  this.timeout(120_000);

  for (const [sentence, check] of Object.entries(properties)) {
    it(sentence, async () => {
      for (const one of single) check(await deploy(one));
      await fc.assert(
        fc.asyncProperty(combination, async (any) => {
          check(await deploy(any));
        }),
        runs,
      );
    });
  }

  it("a preview plans the resources that are then created", async () => {
    await fc.assert(
      fc.asyncProperty(combination, async (any) => {
        const urns = async (preview: boolean) =>
          (await deploy(any, { preview })).graph.resources.map(({ urn }) => urn).sort();
        assert.deepEqual(await urns(true), await urns(false));
      }),
      { ...runs, numRuns: 20 },
    );
  });
});
