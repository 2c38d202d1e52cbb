import assert from "node:assert/strict";
import fc from "fast-check";
import { plainTexts, type Registration } from "../../testing";
import { combination, single } from "../support/arguments";
import { deploy, type Deployment, type Properties } from "../support/deployment";
import { grantsOf, neededGrants } from "../support/grants";
import { type Family, idle, repeatedRules, ways } from "../support/reachability";
import { brokenReferences, canBeTagged, missingInputs } from "../support/references";
import { waiting } from "../support/waiting";

/** The same combinations for each property; a failure says which seed and path led to the smallest one. */
const runs = { seed: 4, numRuns: 40 };

const isComponent = ({ type }: Registration) => type.startsWith("lambda-rds-proxy:");

const properties: Properties = {
  ...waiting,

  "everything has what it needs"({ graph }) {
    assert.deepEqual(missingInputs(graph), []);
  },

  "everything that is referred to is there, and waited for"({ graph }) {
    assert.deepEqual(brokenReferences(graph), []);
  },

  "packets get from functions to the proxy, from there and the bastion to the database, and nowhere else"({
    graph,
    args,
    functions,
  }) {
    const entrances = ["orders-proxy", ...(args.proxy?.readOnlyEndpoint ? ["orders-read-only"] : [])];
    const port = portOf(args);
    const clients = functions.map((name) => `${name}-function`);
    // In subnets without a way out: of functions that read a secret to Secrets Manager, of the bastion to Session Manager.
    const { secretsManagerEndpoint, sessionManagerEndpoints } = args.vpc ?? { secretsManagerEndpoint: true };
    const readsSecrets = secretsManagerEndpoint && args.auth === undefined;
    const isManaged = sessionManagerEndpoints && args.bastion;
    const expected = [
      ...clients.flatMap((client) => entrances.map((entrance) => `${client} -> ${entrance}:3306`)),
      ...entrances.map((entrance) => `${entrance} -> orders-database:${port}`),
      ...(args.bastion ? [`orders-bastion -> orders-database:${port}`] : []),
      ...(readsSecrets ? clients.map((client) => `${client} -> orders-secretsmanager:443`) : []),
      ...(isManaged ? ["ssm", "ssmmessages"].map((service) => `orders-bastion -> orders-${service}:443`) : []),
    ];
    assert.deepEqual(ways(graph), expected.sort());
  },

  "addresses of the kinds that the proxy and its target have are let out"({ graph, args, functions }) {
    const { networkType = "IPV4", targetNetworkType = "IPV4" } = args.proxy ?? {};
    const families: Family[] = networkType === "DUAL" ? ["IPV4", "IPV6"] : [networkType];
    for (const family of families) {
      for (const name of functions) assert.ok(ways(graph, [family]).includes(`${name}-function -> orders-proxy:3306`));
    }
    assert.ok(ways(graph, [targetNetworkType]).includes(`orders-proxy -> orders-database:${portOf(args)}`));
  },

  "no security group is without a member, and no rule without use or there twice"({ graph }) {
    assert.deepEqual(idle(graph), []);
    assert.deepEqual(repeatedRules(graph), []);
  },

  "each policy grants what its bearer needs, and nothing else"(deployment) {
    assert.deepEqual(grantsOf(deployment.graph), neededGrants(deployment));
  },

  "each role can be taken on by one service, and only the bastion's has a policy of AWS's"({ graph }) {
    for (const { name, inputs } of graph.all("aws:iam/role:Role")) {
      const service = { proxy: "rds", function: "lambda", bastion: "ec2" }[name.split("-").at(-1) ?? ""];
      const [statement, ...others] = JSON.parse(inputs.assumeRolePolicy).Statement;
      assert.deepEqual([statement.Principal, others], [{ Service: `${service}.amazonaws.com` }, []], name);
    }
    for (const { inputs } of graph.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")) {
      assert.deepEqual(inputs, {
        role: "orders-bastion-name",
        policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
      });
    }
  },

  "every child is under its component and named after it, each differently"({ graph }) {
    for (const { name, parent, type } of graph.resources.filter((resource) => !isComponent(resource))) {
      assert.ok(name.startsWith(`${parent.split("::").at(-1)}-`), `${type} ${name} is under ${parent}`);
      assert.match(parent, /::lambda-rds-proxy:index:(ProxiedDatabase|ProxyClientFunction)::/);
    }
    assert.equal(new Set(graph.resources.map(({ urn }) => urn)).size, graph.resources.length);
  },

  "no password is in an input or output that is not secret"({ graph }) {
    const texts = [...graph.resources.map(({ rawInputs }) => rawInputs), graph.outputs].flatMap(plainTexts);
    assert.deepEqual(
      texts.filter((text) => /generated-password|correct-horse-battery/.test(text)),
      [],
    );
  },

  "all that can carry tags has those that were asked for"({ graph, args }) {
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

describe("whatever a database and its functions are asked for:", function () {
  // The first test runs all programs, which takes some seconds, or more where other tests take the processors.
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

  it("a preview plans what is then made", async () => {
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
