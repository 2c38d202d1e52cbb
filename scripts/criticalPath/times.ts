/**
 * Seconds that AWS takes to create a resource, from the shortest to the longest that was published: in logs of deployments,
 * of Terraform and CloudFormation among others. They are few and vary by region and day; what they are good for is which
 * path is the longest and by how much.
 */
const published: Record<string, [least: number, most: number]> = {
  "awsx:ec2:Vpc": [4, 21],
  "aws:ec2/securityGroup:SecurityGroup": [4, 4],
  // A median: 4 min 05.
  "aws:rds/instance:Instance": [245, 245],
  // 5 min 38 to 6 min 31.
  "aws:rds/clusterInstance:ClusterInstance": [338, 391],
  // 3 to 8 minutes, from few deployments.
  "aws:rds/proxy:Proxy": [180, 480],
  "aws:rds/subnetGroup:SubnetGroup": [0, 2],
  "aws:secretsmanager/secret:Secret": [0, 2],
  "aws:lambda/function:Function": [2, 12],
};

/** For these we found nothing published: what to expect of something that is little more than an entry in a table, or more. */
const assumed: Record<string, [least: number, most: number]> = {
  "aws:rds/cluster:Cluster": [30, 90],
  "aws:rds/proxyEndpoint:ProxyEndpoint": [60, 180],
  "aws:ec2/vpcEndpoint:VpcEndpoint": [30, 90],
  "aws:ec2/instance:Instance": [10, 30],
};
const anythingElse = [0, 2] as const;

/** Seconds that creating a resource of this type takes: the middle of what was published. */
export function creationTime(type: string): number {
  // A component is only a name for its children.
  if (type.startsWith("lambda-rds-proxy:")) return 0;
  const [least, most] = published[type] ?? assumed[type] ?? anythingElse;
  return (least + most) / 2;
}
