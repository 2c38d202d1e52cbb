import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { ProxiedDatabase, type ProxiedDatabaseArgs } from "../../components";
import { files } from "../../scripts/cost/files";
import { type PriceName, prices } from "../../scripts/cost/prices";
import { extras, type Item, monthly, stacks } from "../../scripts/cost/stacks";
import { type Graph, graphOf } from "../../testing";

type Quantities = Partial<Record<PriceName, number>>;

const graphWith = (args: ProxiedDatabaseArgs) =>
  graphOf(() => {
    new ProxiedDatabase("sample", args);
    return {};
  });

const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0);

/** What AWS would bill for. Both of the default classes have 2 vCPU, and a new cluster is taken to hold 10 GB. */
function billed(graph: Graph): Quantities {
  const inputs = (type: string) => graph.all(type).map((resource) => resource.inputs);
  const instances = inputs("aws:rds/instance:Instance").map((instance) => ({
    ...instance,
    copies: instance.multiAz ? 2 : 1,
  })) as Record<string, any>[];
  const clusters = inputs("aws:rds/cluster:Cluster");
  const members = inputs("aws:rds/clusterInstance:ClusterInstance");
  const ofClass = (name: string) => [...instances, ...members].filter(({ instanceClass }) => instanceClass === name);
  const extended = instances.filter(
    ({ engineLifecycleSupport }) => engineLifecycleSupport === "open-source-rds-extended-support",
  );
  const bastions = inputs("aws:ec2/instance:Instance");
  const quantities = {
    proxyVcpu: 2 * (ofClass("db.t4g.micro").length + ofClass("db.t4g.medium").length),
    proxyAcu: 8 * ofClass("db.serverless").length,
    t4gMicro: sum(ofClass("db.t4g.micro").map(({ copies }) => copies)),
    gp3: sum(instances.map(({ allocatedStorage, copies }) => allocatedStorage * copies)),
    auroraT4gMedium: ofClass("db.t4g.medium").length,
    auroraAcu: sum(clusters.map((cluster) => cluster.serverlessv2ScalingConfiguration?.minCapacity ?? 0)),
    auroraStorage: 10 * clusters.length,
    extendedSupport: 2 * extended.length,
    secret: graph.all("aws:secretsmanager/secret:Secret").length,
    endpoint: sum(inputs("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ subnetIds }) => subnetIds.length)),
    alarm: sum(
      inputs("aws:cloudwatch/metricAlarm:MetricAlarm").map(
        ({ metricQueries }) => metricQueries?.filter(({ metric }: any) => metric).length ?? 1,
      ),
    ),
    dashboard: graph.all("aws:cloudwatch/dashboard:Dashboard").length,
    t4gNano: bastions.filter(({ instanceType }) => instanceType === "t4g.nano").length,
    // The size of the image, which nothing here says.
    ebs: 8 * bastions.length,
    ipv4: bastions.filter(({ associatePublicIpAddress }) => associatePublicIpAddress).length,
  } satisfies Quantities;
  return withoutZeros(quantities);
}

const withoutZeros = (quantities: Quantities): Quantities =>
  Object.fromEntries(Object.entries(quantities).filter(([, quantity]) => quantity !== 0));

function counted(items: Item[]): Quantities {
  const quantities: Quantities = {};
  for (const { price, quantity } of items) quantities[price] = (quantities[price] ?? 0) + quantity;
  return quantities;
}

/** What one has more than the other. */
function added(more: Quantities, less: Quantities): Quantities {
  const keys = Object.keys(more) as PriceName[];
  return withoutZeros(Object.fromEntries(keys.map((key) => [key, (more[key] ?? 0) - (less[key] ?? 0)])));
}

describe("what it costs", () => {
  for (const [path, text] of files()) {
    it(`is in ${relative(process.cwd(), path)} as \`npm run cost -- --write\` writes it`, () => {
      assert.equal(readFileSync(path, "utf8"), text);
    });
  }

  for (const { name, args, items } of stacks) {
    it(`counts what the component registers: ${name}`, async () => {
      assert.ok(args);
      assert.deepEqual(counted(items), billed(await graphWith(args)));
    });
  }

  for (const { name, args, items } of extras) {
    if (args === undefined) continue;
    it(`counts what the component registers on top: ${name}`, async () => {
      assert.deepEqual(counted(items), added(billed(await graphWith(args)), billed(await graphWith({}))));
    });
  }

  it("takes hours and months apart", () => {
    assert.equal(monthly([{ what: "", price: "t4gMicro", quantity: 2 }]), 2 * 730 * prices.t4gMicro.dollars);
    assert.equal(monthly([{ what: "", price: "gp3", quantity: 20 }]), 20 * prices.gp3.dollars);
  });

  it("says of each price where it was read, and of none from memory that it was verified", () => {
    for (const { item, source, verified } of Object.values(prices)) {
      assert.notEqual(source, "", item);
      if (source.startsWith("memory")) assert.equal(verified, false, item);
    }
  });
});
