import type { Subnet } from "./subnet";

/** Where a route leads, with the names of `aws.ec2.Route`. */
export interface RouteTarget {
  gatewayId?: string | undefined;
  natGatewayId?: string | undefined;
}

/** A route table: targets by destination, such as `0.0.0.0/0`. */
export interface RouteTable {
  vpcId: string;
  routes: Map<string, RouteTarget>;
}

export interface NatGateway {
  subnetId: string;
  isPublic: boolean;
}

/** All addresses outside the VPC. Only such a default route counts here, since AWS's services have changing addresses. */
export const everywhere = "0.0.0.0/0";

/** The account's route tables, and the gateways that their routes lead to. */
export class RouteTables {
  readonly tables = new Map<string, RouteTable>();
  /** Ids of route tables, by the subnet that uses them. */
  readonly associations = new Map<string, string>();
  /** The VPC of each internet gateway, or undefined while it is attached to none. */
  readonly internetGateways = new Map<string, string | undefined>();
  /** NAT gateways by id. Those that are deleted are undefined. */
  readonly natGateways = new Map<string, NatGateway | undefined>();

  /**
   * Whether a host without a public address can reach the internet from a subnet. An internet gateway does not help it:
   * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
   */
  leadOut(subnet: Subnet): boolean {
    const target = this.defaultRoute(subnet.id);
    // Nobody has said which route table the subnet has.
    if (target === "unknown") return subnet.hasWayOut;
    if (target?.natGatewayId !== undefined) return this.natLeadsOut(target.natGatewayId);
    // A transit gateway, a network appliance and others may lead to the internet elsewhere.
    return target !== undefined && target.gatewayId === undefined;
  }

  /** A NAT gateway needs a public address, and a route from its own subnet to an internet gateway. */
  private natLeadsOut(id: string): boolean {
    const gateway = this.natGateways.get(id);
    // A program may use a NAT gateway that somebody else made. A route to one that is deleted leads nowhere.
    if (gateway === undefined) return !this.natGateways.has(id);
    const target = this.defaultRoute(gateway.subnetId);
    return gateway.isPublic && (target === "unknown" || target?.gatewayId !== undefined);
  }

  private defaultRoute(subnetId: string): RouteTarget | "unknown" | undefined {
    const table = this.tables.get(this.associations.get(subnetId) ?? "");
    return table === undefined ? "unknown" : table.routes.get(everywhere);
  }
}
