import assert from "node:assert/strict";
import { ProxiedDatabase, type ProxiedDatabaseArgs } from "../../components";
import { type Graph, graphOf, plainTexts } from "../../testing";

const graphWith = (args: ProxiedDatabaseArgs = {}, preview = false) =>
  graphOf(
    () => {
      const database = new ProxiedDatabase("sample", { defaultUser: "admin", ...args });
      return { endpoint: database.proxyEndpoint, environment: database.environment };
    },
    { preview },
  );

describe("ProxiedDatabase", () => {
  let standard: Graph;
  before(async () => {
    standard = await graphWith();
  });

  it("builds a VPC with public and isolated subnets in two zones and no NAT gateway", () => {
    const { inputs } = standard.one("awsx:ec2:Vpc");
    assert.deepEqual(inputs.availabilityZoneNames, ["ap-northeast-1a", "ap-northeast-1c"]);
    assert.deepEqual(inputs.natGateways, { strategy: "None" });
    assert.deepEqual(
      inputs.subnetSpecs.map(({ type }: { type: string }) => type),
      ["Public", "Isolated"],
    );
  });

  it("reaches Secrets Manager from isolated subnets by an interface endpoint with private DNS", () => {
    const { inputs } = standard.one("aws:ec2/vpcEndpoint:VpcEndpoint");
    assert.equal(inputs.serviceName, "com.amazonaws.ap-northeast-1.secretsmanager");
    assert.equal(inputs.vpcEndpointType, "Interface");
    assert.equal(inputs.privateDnsEnabled, true);
    assert.deepEqual(inputs.subnetIds, ["subnet-isolated-a", "subnet-isolated-b"]);
  });

  it("uses an existing VPC, and creates neither a VPC nor an endpoint, which the VPC may already have", async () => {
    const graph = await graphWith({ vpc: { vpcId: "vpc-9", subnetIds: ["subnet-1", "subnet-2"] } });
    assert.deepEqual(graph.all("awsx:ec2:Vpc"), []);
    assert.deepEqual(graph.all("aws:ec2/vpcEndpoint:VpcEndpoint"), []);
    assert.deepEqual(graph.one("aws:rds/proxy:Proxy").inputs.vpcSubnetIds, ["subnet-1", "subnet-2"]);
    assert.deepEqual(graph.one("aws:rds/subnetGroup:SubnetGroup").inputs.subnetIds, ["subnet-1", "subnet-2"]);
    for (const group of graph.all("aws:ec2/securityGroup:SecurityGroup")) assert.equal(group.inputs.vpcId, "vpc-9");
  });

  it("creates a small, encrypted, private MySQL 8.4 instance in the isolated subnets", () => {
    const graph = standard;
    const { inputs } = graph.one("aws:rds/instance:Instance");
    const { engine, engineVersion, instanceClass, allocatedStorage, storageEncrypted, publiclyAccessible, multiAz } =
      inputs;
    assert.deepEqual(
      { engine, engineVersion, instanceClass, allocatedStorage, storageEncrypted, publiclyAccessible, multiAz },
      {
        engine: "mysql",
        engineVersion: "8.4",
        instanceClass: "db.t4g.micro",
        allocatedStorage: 20,
        storageEncrypted: true,
        publiclyAccessible: false,
        multiAz: false,
      },
    );
    assert.equal(inputs.dbSubnetGroupName, "sample-database-name");
    assert.equal(graph.one("aws:rds/parameterGroup:ParameterGroup").inputs.family, "mysql8.4");
    assert.deepEqual(graph.one("aws:rds/subnetGroup:SubnetGroup").inputs.subnetIds, [
      "subnet-isolated-a",
      "subnet-isolated-b",
    ]);
  });

  it("takes the family of the parameter group from a full version", async () => {
    const graph = await graphWith({ database: { engineVersion: "8.0.43", extendedSupport: true } });
    assert.equal(graph.one("aws:rds/parameterGroup:ParameterGroup").inputs.family, "mysql8.0");
  });

  it("writes exactly the six keys into the secret", () => {
    const graph = standard;
    assert.deepEqual(
      JSON.parse(graph.one("aws:secretsmanager/secretVersion:SecretVersion", "sample-credentials").inputs.secretString),
      {
        username: "admin",
        password: "generated-password",
        engine: "mysql",
        host: "sample-database.rds.test",
        port: 3306,
        dbInstanceIdentifier: "sample-database-identifier",
      },
    );
  });

  it("uses a given password instead of generating one", async () => {
    const graph = await graphWith({ credentials: { password: "a-given-password" } });
    assert.deepEqual(graph.all("random:index/randomPassword:RandomPassword"), []);
    assert.equal(graph.one("aws:rds/instance:Instance").inputs.password, "a-given-password");
  });

  for (const [how, password] of [
    ["given", "a-given-password"],
    ["generated", undefined],
  ] as const) {
    it(`keeps a ${how} password secret in every input and output`, async () => {
      const graph = await graphWith({ credentials: { password } });
      const texts = graph.resources.flatMap(({ rawInputs }) => plainTexts(rawInputs));
      const leaks = texts.filter((text) => text.includes(password ?? "generated-password"));
      assert.deepEqual(leaks, []);
      assert.ok(!JSON.stringify(graph.outputs).includes(password ?? "generated-password"));
    });
  }

  it("lets RDS, and no one else, assume the proxy's role", () => {
    const role = standard.one("aws:iam/role:Role", "sample-proxy");
    assert.deepEqual(JSON.parse(role.inputs.assumeRolePolicy), {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "rds.amazonaws.com" } }],
    });
  });

  it("lets the proxy's role read that one secret and decrypt it through Secrets Manager, and nothing else", () => {
    const graph = standard;
    const policies = graph.all("aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(
      policies.map(({ inputs }) => JSON.parse(inputs.policy)),
      [
        {
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "GetSecretValue",
              Effect: "Allow",
              Action: ["secretsmanager:GetSecretValue"],
              Resource: ["arn:aws:test:ap-northeast-1:123456789012:Secret/sample-credentials"],
            },
            {
              Sid: "DecryptSecretValue",
              Effect: "Allow",
              Action: ["kms:Decrypt"],
              Resource: ["arn:aws:kms:ap-northeast-1:123456789012:key/default"],
              Condition: { StringEquals: { "kms:ViaService": "secretsmanager.ap-northeast-1.amazonaws.com" } },
            },
          ],
        },
      ],
    );
    assert.deepEqual(graph.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment"), []);
  });

  it("creates a MySQL proxy with TLS required, password authentication and the database's subnets", () => {
    const { inputs } = standard.one("aws:rds/proxy:Proxy");
    assert.deepEqual(
      { ...inputs, roleArn: undefined },
      {
        name: "sample-proxy-0a1b2c3d",
        engineFamily: "MYSQL",
        defaultAuthScheme: "NONE",
        auths: [
          {
            authScheme: "SECRETS",
            secretArn: "arn:aws:test:ap-northeast-1:123456789012:Secret/sample-credentials",
            iamAuth: "DISABLED",
            clientPasswordAuthType: "MYSQL_CACHING_SHA2_PASSWORD",
            description: "admin, MYSQL_CACHING_SHA2_PASSWORD",
          },
        ],
        roleArn: undefined,
        vpcSubnetIds: ["subnet-isolated-a", "subnet-isolated-b"],
        vpcSecurityGroupIds: ["sample-proxy-id"],
        requireTls: true,
        debugLogging: false,
        idleClientTimeout: 1800,
        tags: {},
      },
    );
  });

  it("gives the proxy all connections of the database, and registers the instance as its target", () => {
    const graph = standard;
    assert.deepEqual(graph.one("aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup").inputs.connectionPoolConfig, {
      maxConnectionsPercent: 100,
      maxIdleConnectionsPercent: 50,
      connectionBorrowTimeout: 4,
    });
    assert.deepEqual(graph.one("aws:rds/proxyTarget:ProxyTarget").inputs, {
      dbProxyName: "sample-proxy-0a1b2c3d",
      targetGroupName: "sample-proxy-name",
      dbInstanceIdentifier: "sample-database-identifier",
    });
  });

  it("tags every resource that can carry tags", async () => {
    const graph = await graphWith({ tags: { Team: "data" }, bastion: true });
    const untaggable =
      /Policy|PolicyAttachment|SecretVersion|ProxyTarget|ProxyDefaultTargetGroup|Random|ProxiedDatabase$/;
    const taggable = graph.resources.filter(({ type }) => !untaggable.test(type));
    assert.ok(taggable.length > 15);
    for (const { name, type, inputs } of taggable) assert.equal(inputs.tags?.Team, "data", `${type} ${name}`);
  });

  it("is the parent of everything that it creates", async () => {
    const graph = await graphWith({ bastion: true });
    const [component, ...children] = graph.resources;
    assert.equal(component?.type, "lambda-rds-proxy:index:ProxiedDatabase");
    for (const child of children) assert.equal(child.parent, component.urn, child.urn);
  });

  it("registers the same resources in a preview, so it creates nothing in an apply", async () => {
    const names = async (preview: boolean) =>
      (await graphWith({ bastion: true, durability: "durable" }, preview)).resources.map(({ urn }) => urn).sort();
    assert.deepEqual(await names(true), await names(false));
  });

  it("builds two databases in one program without a clash of names", async () => {
    const graph = await graphOf(() => {
      new ProxiedDatabase("orders");
      new ProxiedDatabase("customers");
      return {};
    });
    const urns = graph.resources.map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length);
    assert.equal(graph.all("aws:rds/proxy:Proxy").length, 2);
  });

  describe("with durability", () => {
    it("disposable, leaves nothing behind", async () => {
      const graph = await graphWith({ durability: "disposable" });
      const instance = graph.one("aws:rds/instance:Instance");
      assert.deepEqual(
        [instance.protect, instance.inputs.deletionProtection, instance.inputs.skipFinalSnapshot],
        [false, false, true],
      );
      assert.equal(graph.one("aws:secretsmanager/secret:Secret").inputs.recoveryWindowInDays, 0);
    });

    it("durable, protects the data, keeps backups and leaves a final snapshot with a name of its own", async () => {
      const graph = await graphWith({ durability: "durable" });
      const instance = graph.one("aws:rds/instance:Instance");
      assert.deepEqual(
        [instance.protect, instance.inputs.deletionProtection, instance.inputs.skipFinalSnapshot],
        [true, true, false],
      );
      assert.equal(instance.inputs.finalSnapshotIdentifier, "sample-final-0a1b2c3d");
      assert.equal(instance.inputs.backupRetentionPeriod, 7);
      assert.equal(graph.one("aws:secretsmanager/secret:Secret").inputs.recoveryWindowInDays, 30);
    });
  });
});
