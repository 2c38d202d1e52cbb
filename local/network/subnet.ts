/** A part of a VPC, in one availability zone. */
export interface Subnet {
  id: string;
  vpcId: string;
  availabilityZone: string;
  cidrBlock: string;
  /**
   * Whether packets can leave the VPC, as far as no route table says so. A host without a public address needs a NAT
   * gateway for it.
   */
  hasWayOut: boolean;
}
