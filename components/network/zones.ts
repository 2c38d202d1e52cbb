import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { answered } from "../base/answers";
import type { Scope } from "../base/scope";
import type { Validator } from "../base/validator";

/**
 * Ids of the availability zones without RDS Proxy. AWS drops subnets in them without an error, and the provider then sees a
 * change for ever. A zone's name would not do: it stands for another zone in each account.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.html#rds-proxy.limitations
 */
export const zonesWithoutProxy = ["use1-az3", "usw1-az2"];

/**
 * Names of two zones that RDS Proxy supports. They are a promise and not an output, because the VPC component takes plain
 * values only. A promise is a plain value by the time that Pulumi sends the arguments.
 */
export async function twoZones(scope: Scope): Promise<string[]> {
  const { names = [] } = answered(
    await aws.getAvailabilityZones(
      {
        state: "available",
        excludeZoneIds: zonesWithoutProxy,
        // Leaves out Local Zones and Wavelength Zones.
        filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      },
      scope.lookup,
    ),
  );
  return names.sort().slice(0, 2);
}

/**
 * The given subnets that the proxy can be put into. They are looked up as soon as their ids are known: in an existing VPC, at
 * preview.
 *
 * @throws ArgumentError, when the output is awaited, if these are in fewer than two zones
 */
export function subnetsForProxy(
  scope: Scope,
  check: Validator,
  subnetIds: pulumi.Input<pulumi.Input<string>[]>,
): pulumi.Output<string[]> {
  return lookUp(scope, subnetIds).apply((all) => {
    const supported = all.filter(({ availabilityZoneId }) => !zonesWithoutProxy.includes(availabilityZoneId));
    const zones = new Set(supported.map(({ availabilityZoneId }) => availabilityZoneId));
    if (zones.size < 2) {
      const found = all.map(({ id, availabilityZoneId }) => `${id} in ${availabilityZoneId}`);
      check.refuse(
        "vpc.subnetIds",
        found,
        "RDS Proxy needs subnets in at least two availability zones" +
          ` (it does not support ${zonesWithoutProxy.join(" and ")}): add one in another zone`,
      );
    }
    for (const { id, mapPublicIpOnLaunch } of all) {
      if (mapPublicIpOnLaunch) {
        scope.warn(
          `Subnet ${id} is a public one. The database, the proxy and the functions need none: use private or isolated subnets.`,
        );
      }
    }
    return supported.map(({ id }) => id);
  });
}

/**
 * The first subnet in each zone. An interface endpoint takes one subnet in a zone, and serves the others in that zone from
 * there. https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export function onePerZone(scope: Scope, subnetIds: pulumi.Input<pulumi.Input<string>[]>): pulumi.Output<string[]> {
  return lookUp(scope, subnetIds).apply((all) => {
    const zones = all.map(({ availabilityZoneId }) => availabilityZoneId);
    return all.filter((_, index) => zones.indexOf(zones[index] ?? "") === index).map(({ id }) => id);
  });
}

function lookUp(
  scope: Scope,
  subnetIds: pulumi.Input<pulumi.Input<string>[]>,
): pulumi.Output<aws.ec2.GetSubnetResult[]> {
  return pulumi.output(subnetIds).apply((ids) => Promise.all(ids.map((id) => aws.ec2.getSubnet({ id }, scope.lookup))));
}
