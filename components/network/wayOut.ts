import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { answered } from "../base/answers";
import type { Scope } from "../base/scope";
import type { VpcSettings } from "./arguments";

/**
 * Warns when functions in an existing VPC cannot reach Secrets Manager, and so cannot log in with a password: there is neither an
 * endpoint for it nor a route out. A function has no public address, so a route to an internet gateway leads nowhere. A
 * deployer who may not look these up gets no warning.
 */
export function warnWithoutWayOut(scope: Scope, { vpcId, subnetIds }: VpcSettings): pulumi.Output<void> {
  const isStranded = pulumi.all([vpcId, subnetIds]).apply(async ([id, subnets]) => {
    const [hasEndpoint, ...routesOut] = await Promise.all([
      hasSecretsManagerEndpoint(scope, id),
      ...subnets.map((subnetId) => hasRouteOut(scope, subnetId)),
    ]);
    return hasEndpoint === false && routesOut.includes(false);
  });
  return isStranded.apply((stranded) => {
    if (!stranded) return;
    scope.warn(
      "Functions in vpc.subnetIds have no way to Secrets Manager, so they cannot log in with a password: set" +
        ' vpc.secretsManagerEndpoint to true, or use auth "iam".',
    );
  });
}

/** Undefined if that cannot be found out. */
async function hasSecretsManagerEndpoint(scope: Scope, vpcId: string): Promise<boolean | undefined> {
  try {
    const { region } = await aws.getRegion({}, scope.lookup);
    const serviceName = `com.amazonaws.${region}.secretsmanager`;
    const { id } = answered(await aws.ec2.getVpcEndpoint({ vpcId, serviceName }, scope.lookup));
    return id === undefined ? undefined : true;
  } catch (error) {
    return /no matching/i.test(String(error)) ? false : undefined;
  }
}

/** Undefined if that cannot be found out, for example because the subnet uses its VPC's main route table. */
async function hasRouteOut(scope: Scope, subnetId: string): Promise<boolean | undefined> {
  try {
    const { routes } = answered(await aws.ec2.getRouteTable({ subnetId }, scope.lookup));
    return routes?.some(
      ({ cidrBlock, natGatewayId, transitGatewayId, networkInterfaceId, vpcPeeringConnectionId }) =>
        cidrBlock === "0.0.0.0/0" &&
        [natGatewayId, transitGatewayId, networkInterfaceId, vpcPeeringConnectionId].some((id) => Boolean(id)),
    );
  } catch {
    return undefined;
  }
}
