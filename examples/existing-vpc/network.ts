import * as awsx from "@pulumi/awsx";

/**
 * Stands for the network that you have. In your program the ids come from the configuration, from another stack, or from a look-up
 * such as `aws.ec2.getSubnetsOutput`.
 */
const network = new awsx.ec2.Vpc("network", {
  numberOfAvailabilityZones: 2,
  subnetSpecs: [{ type: "Isolated", cidrMask: 24 }],
});

export const { vpcId } = network;
export const subnetIds = network.isolatedSubnetIds;
