const account = "123456789012";

const managedSecret = (name: string, region: string) => [
  { secretArn: `arn:aws:secretsmanager:${region}:${account}:secret:rds!${name}` },
];

/** Makes outputs of a resource from its name and the region. */
type Outputs = (name: string, region: string) => Record<string, unknown>;

/** The outputs that a provider computes, by the type of the resource. A type that is not here gets an ARN and a name. */
const computed: Record<string, Outputs> = {
  "awsx:ec2:Vpc": () => ({
    vpcId: "vpc-1",
    publicSubnetIds: ["subnet-public-a", "subnet-public-b"],
    isolatedSubnetIds: ["subnet-isolated-a", "subnet-isolated-b"],
    privateSubnetIds: [],
  }),
  "random:index/randomPassword:RandomPassword": () => ({ result: "generated-password" }),
  "random:index/randomId:RandomId": () => ({ hex: "0a1b2c3d" }),
  "aws:rds/instance:Instance": (name, region) => ({
    identifier: `${name}-identifier`,
    address: `${name}.rds.test`,
    endpoint: `${name}.rds.test:3306`,
    resourceId: `db-${name}`,
    masterUserSecrets: managedSecret(name, region),
  }),
  "aws:rds/cluster:Cluster": (name, region) => ({
    clusterIdentifier: `${name}-identifier`,
    endpoint: `${name}.cluster.test`,
    readerEndpoint: `${name}.cluster-ro.test`,
    clusterResourceId: `cluster-${name}`,
    masterUserSecrets: managedSecret(name, region),
  }),
  "aws:rds/proxy:Proxy": (name, region) => ({
    arn: `arn:aws:rds:${region}:${account}:db-proxy:prx-0123456789abcdef0`,
    endpoint: `${name}.proxy.test`,
  }),
  "aws:rds/proxyEndpoint:ProxyEndpoint": (name) => ({ endpoint: `${name}.proxy-endpoint.test` }),
  "aws:lambda/invocation:Invocation": () => ({ result: '[[1,"taro"],[2,"hanako"]]' }),
};

/** What the provider adds to the inputs of a resource once it exists. */
export function computedOutputs(type: string, name: string, region: string): Record<string, unknown> {
  const arn = `arn:aws:test:${region}:${account}:${type.split(":").pop() ?? ""}/${name}`;
  return { arn, name: `${name}-name`, ...computed[type]?.(name, region) };
}

/** The result of a look-up, or a function that makes it from the look-up's inputs. */
export type LookUpResult = object | ((inputs: any) => object);

/** Results of the provider's look-ups, by their tokens. The last letter of a subnet's id says which zone it is in. */
export const lookUps = (region: string): Record<string, LookUpResult> => ({
  "aws:index/getRegion:getRegion": { region, name: region },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: account },
  "aws:kms/getKey:getKey": { arn: `arn:aws:kms:${region}:${account}:key/default` },
  "aws:iam/getRoles:getRoles": { names: ["AWSServiceRoleForRDS"] },
  "aws:index/getAvailabilityZones:getAvailabilityZones": { names: [`${region}c`, `${region}a`] },
  "aws:ec2/getSubnet:getSubnet": ({ id }) => ({
    id,
    availabilityZoneId: `apne1-az${id.slice(-1)}`,
    mapPublicIpOnLaunch: false,
  }),
  "aws:ssm/getParameter:getParameter": { value: "ami-1" },
  "aws:rds/getEngineVersion:getEngineVersion": { version: "8.0.mysql_aurora.3.10.1" },
});
