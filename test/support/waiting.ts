import assert from "node:assert/strict";
import type { Registration } from "../../testing";
import type { Deployment, Properties } from "./deployment";

const isDatabase = ({ type }: Registration) => /^aws:rds\/(instance|clusterInstance|cluster):/.test(type);
/** Whether it is the full value of the secret of the user that the deployment makes. */
const isOfManaged = ({ name }: Registration) => name === "orders-app-credentials";
const isRule = ({ type }: Registration) => /^aws:vpc\/securityGroup(In|E)gressRule:/.test(type);

/** The database itself: an instance, or a cluster with its writer and readers. Empty for an existing database. */
const databaseOf = ({ graph }: Deployment) => graph.resources.filter(isDatabase);
const proxyOf = ({ graph }: Deployment) => graph.one("aws:rds/proxy:Proxy");
const targetOf = ({ graph }: Deployment) => graph.one("aws:rds/proxyTarget:ProxyTarget");

/** Whether the proxy needs a secret that RDS makes together with the database, so that it cannot be created earlier. */
const needsTheDatabasesSecret = ({ args: { auth, credentials } }: Deployment) =>
  auth !== "iam-end-to-end" && credentials !== undefined && "managedByRds" in credentials;

/** Which resource waits for which, in every deployment. The components promise this order of creation. */
export const waiting: Properties = {
  "nothing waits for itself"({ graph }) {
    for (const resource of graph.resources) assert.ok(!graph.waitsFor(resource, resource), resource.name);
  },

  "the database does not wait for the proxy, nor the proxy for the database unless it needs the secret that RDS makes"(
    deployment,
  ) {
    const proxy = proxyOf(deployment);
    for (const database of databaseOf(deployment)) {
      assert.ok(!deployment.graph.waitsFor(database, proxy), `${database.name} waits for the proxy`);
    }
    const waits = databaseOf(deployment).some((database) => deployment.graph.waitsFor(proxy, database));
    assert.equal(waits, databaseOf(deployment).length > 0 && needsTheDatabasesSecret(deployment));
  },

  "the proxy waits for its log group, and for its role's policy if the policy is about secrets"(deployment) {
    const { graph, args } = deployment;
    assert.ok(graph.waitsFor(proxyOf(deployment), graph.one("aws:cloudwatch/logGroup:LogGroup", "orders-proxy")));
    const policies = graph.all("aws:iam/rolePolicy:RolePolicy").filter(({ name }) => name === "orders-proxy");
    assert.equal(policies.length, args.proxy?.roleArn === undefined ? 1 : 0);
    for (const policy of policies) {
      assert.equal(graph.waitsFor(proxyOf(deployment), policy), args.auth !== "iam-end-to-end");
    }
  },

  "the proxy waits for the first value of each secret that it reads"(deployment) {
    const { graph, args } = deployment;
    const values = graph.all("aws:secretsmanager/secretVersion:SecretVersion");
    for (const value of values.filter(({ name }) => name.endsWith("-initial"))) {
      assert.equal(graph.waitsFor(proxyOf(deployment), value), args.auth !== "iam-end-to-end", value.name);
    }
  },

  "the target waits for the database, the secrets' values, the proxy's policy and every rule from proxy to database"(
    deployment,
  ) {
    const { graph } = deployment;
    const awaited = [
      ...databaseOf(deployment),
      ...graph.all("aws:secretsmanager/secretVersion:SecretVersion").filter((value) => !isOfManaged(value)),
      ...graph.all("aws:iam/rolePolicy:RolePolicy").filter(({ name }) => name === "orders-proxy"),
      ...graph.resources.filter(isRule).filter(({ name }) => /^orders-(proxy|database)-(out-)?to-/.test(name)),
    ];
    assert.ok(awaited.length >= 2);
    for (const other of awaited) assert.ok(graph.waitsFor(targetOf(deployment), other), other.name);
  },

  "the users are made as soon as the managing function gets to the database, and before any other function is invoked"(
    deployment,
  ) {
    const { graph, args, functions } = deployment;
    const made = graph.one("aws:lambda/invocation:Invocation", "orders-manager-on-deploy");
    const isPastProxy = args.auth === "iam-end-to-end";
    assert.equal(graph.waitsFor(made, targetOf(deployment)), !isPastProxy);
    for (const database of databaseOf(deployment)) assert.ok(graph.waitsFor(made, database), database.name);
    for (const name of functions) {
      assert.ok(graph.waitsFor(graph.one("aws:lambda/invocation:Invocation", `${name}-on-deploy`), made), name);
    }
    for (const value of graph.all("aws:secretsmanager/secretVersion:SecretVersion").filter(isOfManaged)) {
      assert.ok(graph.waitsFor(value, made), value.name);
    }
  },

  "the endpoint for readers waits for the target and for the readers"(deployment) {
    const { graph } = deployment;
    for (const endpoint of graph.all("aws:rds/proxyEndpoint:ProxyEndpoint")) {
      for (const other of [targetOf(deployment), ...databaseOf(deployment)]) {
        assert.ok(graph.waitsFor(endpoint, other), other.name);
      }
    }
  },

  "a function waits for the database or the target only if it needs RDS's secret or the endpoint for readers"(
    deployment,
  ) {
    const { graph, args } = deployment;
    const isPastProxy = ({ name }: Registration) =>
      name === "orders-manager-function" && args.auth === "iam-end-to-end";
    for (const lambda of graph.all("aws:lambda/function:Function").filter((other) => !isPastProxy(other))) {
      const readsOnly = lambda.inputs.environment.variables.DB_ENDPOINT.includes("read-only");
      assert.equal(graph.waitsFor(lambda, targetOf(deployment)), readsOnly, lambda.name);
      const waits = databaseOf(deployment).some((database) => graph.waitsFor(lambda, database));
      const reasons = [readsOnly, needsTheDatabasesSecret(deployment)];
      assert.equal(waits, reasons.includes(true) && databaseOf(deployment).length > 0, lambda.name);
    }
  },

  "an invocation waits for the target, the function, its grants, and its ways to proxy and Secrets Manager"(
    deployment,
  ) {
    const { graph, functions } = deployment;
    for (const name of functions) {
      const invocation = graph.one("aws:lambda/invocation:Invocation", `${name}-on-deploy`);
      const lambda = graph.one("aws:lambda/function:Function", `${name}-function`);
      const groups: unknown[] = lambda.inputs.vpcConfig.securityGroupIds;
      const grants = graph
        .all("aws:iam/rolePolicy:RolePolicy")
        .filter((other) => [`${name}-function`, `orders-${name}-connect`].includes(other.name));
      const rules = graph.resources.filter(
        (other) => isRule(other) && groups.some((id) => Object.values(other.inputs).includes(id)),
      );
      const endpoints = graph.all("aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ name }) => name.includes("secrets"));
      assert.ok(grants.length === 2 && rules.length > 0);
      for (const other of [targetOf(deployment), lambda, ...grants, ...rules, ...endpoints]) {
        assert.ok(graph.waitsFor(invocation, other), `${invocation.name} does not wait for ${other.name}`);
      }
    }
  },
};
