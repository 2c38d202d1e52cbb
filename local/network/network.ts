import { Acls } from "./acls";
import { Interfaces, type NetworkInterface } from "./interfaces";
import { RouteTables } from "./routeTables";
import { type Peer, permits, type SecurityGroupRule } from "./rules";
import type { Subnet } from "./subnet";

/** An address and port of this machine, where something really listens. */
export interface Loopback {
  host: string;
  port: number;
}

export interface SecurityGroup {
  id: string;
  name: string;
  vpcId: string;
}

/** The result of a connection attempt. */
export type Route =
  | { outcome: "open"; to: Loopback }
  /** The host name does not exist. */
  | { outcome: "unknown host" }
  /** The packets get no answer, because a security group drops them or there is no route. */
  | { outcome: "dropped"; reason: string }
  /** The packets arrive, but nothing listens on the port. */
  | { outcome: "refused"; reason: string };

/** An interface endpoint: one of AWS's services, inside a VPC. */
export interface VpcEndpoint {
  serviceName: string;
  vpcId: string;
  privateDnsEnabled: boolean;
  networkInterface: NetworkInterface;
}

/** A host that others can connect to: its interface, and the ports where something listens. */
interface Host {
  networkInterface: NetworkInterface;
  listeners: Map<number, Loopback>;
}

/** The account's VPCs. They decide who may connect to whom, and where on this machine the connection leads. */
export class Network {
  readonly subnets = new Map<string, Subnet>();
  readonly securityGroups = new Map<string, SecurityGroup>();
  readonly rules = new Map<string, SecurityGroupRule>();
  readonly interfaces = new Interfaces();
  readonly routing = new RouteTables();
  readonly acls = new Acls();
  /** Interface endpoints by id. */
  readonly vpcEndpoints = new Map<string, VpcEndpoint>();
  private readonly hosts = new Map<string, Host>();
  private readonly privateNames = new Map<string, Host>();
  private readonly publicServices = new Map<string, Loopback>();

  /** Names of the region's availability zones. There are three, as in most regions. */
  readonly zones: string[];

  constructor(region: string) {
    this.zones = ["a", "b", "c"].map((letter) => region + letter);
  }

  /** Gives an owner in these subnets an interface. Its address is in the first one. */
  attach(subnetIds: string[], securityGroupIds: string[]): NetworkInterface {
    const subnet = this.subnet(subnetIds[0] ?? "subnet-default");
    return this.interfaces.attach(subnet, this.place(subnet, subnetIds, securityGroupIds));
  }

  /** Moves an interface to other subnets or security groups. It keeps its address if it can. */
  move(networkInterface: NetworkInterface, subnetIds: string[], securityGroupIds: string[]): void {
    const subnet = this.subnet(subnetIds[0] ?? networkInterface.subnetId);
    Object.assign(networkInterface, this.place(subnet, subnetIds, securityGroupIds));
    if (!subnetIds.includes(networkInterface.subnetId)) this.interfaces.move(networkInterface, subnet);
  }

  private place({ vpcId }: Subnet, subnetIds: string[], securityGroupIds: string[]) {
    // A security group is in the same VPC as the interface that it protects.
    const ofGroup = this.securityGroups.get(securityGroupIds[0] ?? "")?.vpcId;
    return { vpcId: ofGroup ?? vpcId, subnetIds, securityGroupIds };
  }

  /** Attaches an interface for something that still has to start. If that fails, the interface goes away again. */
  async attachFor<Owner>(
    subnetIds: string[],
    securityGroupIds: string[],
    start: (networkInterface: NetworkInterface) => Promise<Owner>,
  ): Promise<Owner> {
    const networkInterface = this.attach(subnetIds, securityGroupIds);
    try {
      return await start(networkInterface);
    } catch (error) {
      this.interfaces.release(networkInterface);
      throw error;
    }
  }

  /**
   * Returns a subnet of the program, or one that exists already. The stand-in knows nothing about an existing subnet,
   * so it assumes a way out and gives each one the next availability zone.
   */
  subnet(id: string): Subnet {
    const known = this.subnets.get(id);
    if (known !== undefined) return known;
    const turn = this.subnets.size;
    const existing = {
      id,
      vpcId: "vpc-existing",
      availabilityZone: this.zones[turn % this.zones.length] ?? "",
      cidrBlock: `172.31.${16 * (turn % 16)}.0/20`,
      hasWayOut: true,
    };
    this.subnets.set(id, existing);
    return existing;
  }

  /** Gives an interface a host name that everyone can look up, such as the name of a database. */
  name(hostName: string, networkInterface: NetworkInterface): void {
    this.hosts.set(hostName, { networkInterface, listeners: new Map() });
  }

  /** Makes a named host listen on a port. @param to where the connections really go */
  listen(hostName: string, port: number, to: Loopback): void {
    const host = this.hosts.get(hostName);
    if (host === undefined) throw new Error(`There is no host "${hostName}" that could listen on port ${port}.`);
    host.listeners.set(port, to);
  }

  /** Takes a port away from a named host, so that connections to it are refused. */
  stopListening(hostName: string, port: number): void {
    this.hosts.get(hostName)?.listeners.delete(port);
  }

  unname(hostName: string): void {
    this.hosts.delete(hostName);
  }

  /** Removes all host names of an interface. */
  unnameAll(networkInterface: NetworkInterface): void {
    for (const [name, host] of this.hosts) if (host.networkInterface === networkInterface) this.hosts.delete(name);
  }

  /** Adds one of AWS's services, at its public host name and port 443. */
  addPublicService(hostName: string, to: Loopback): void {
    this.publicServices.set(hostName, to);
  }

  /**
   * Makes a service's host name lead to an interface endpoint inside a VPC, as `privateDnsEnabled` does.
   *
   * @throws Error when the name leads to another endpoint already
   */
  addPrivateName(hostName: string, networkInterface: NetworkInterface): void {
    const { vpcId } = networkInterface;
    if (this.privateNames.has(`${vpcId} ${hostName}`)) {
      throw new Error(
        `${hostName} leads to another interface endpoint in ${vpcId} already: create only one with private DNS.`,
      );
    }
    const to = this.publicServices.get(hostName);
    const listeners = new Map(to === undefined ? [] : [[443, to]]);
    this.privateNames.set(`${vpcId} ${hostName}`, { networkInterface, listeners });
  }

  /** The interface endpoint that a service's host name leads to in a VPC. */
  privateNameOwner(hostName: string, vpcId: string): NetworkInterface | undefined {
    return this.privateNames.get(`${vpcId} ${hostName}`)?.networkInterface;
  }

  removePrivateName(hostName: string, vpcId: string): void {
    this.privateNames.delete(`${vpcId} ${hostName}`);
  }

  /**
   * Decides what happens to a connection to a host name (or address) and port.
   *
   * @param from the caller's interface. Undefined for a caller outside any VPC, which reaches AWS's public services only.
   */
  route(from: NetworkInterface | undefined, hostName: string, port: number): Route {
    // On AWS a function's localhost is its own container, so it must not reach the servers of this machine.
    if (/^(localhost|127\..*|::1)$/.test(hostName)) {
      return { outcome: "refused", reason: `nothing listens on port ${port} of ${hostName}` };
    }
    if (from === undefined) return this.routeFromInternet(hostName, port);
    const host =
      this.privateNames.get(`${from.vpcId} ${hostName}`) ??
      this.hosts.get(hostName) ??
      this.hostAt(from.vpcId, hostName);
    if (host !== undefined) return this.routeInside(from, hostName, host, port);
    const service = this.publicServices.get(hostName);
    return service === undefined ? { outcome: "unknown host" } : this.routeOutside(from, hostName, service, port);
  }

  private routeFromInternet(hostName: string, port: number): Route {
    if (this.hosts.has(hostName)) {
      return { outcome: "dropped", reason: `${hostName} is in a VPC and cannot be reached from outside it` };
    }
    const service = this.publicServices.get(hostName);
    return service === undefined ? { outcome: "unknown host" } : servicePort(hostName, service, port);
  }

  private hostAt(vpcId: string, address: string): Host | undefined {
    return [...this.hosts.values(), ...this.privateNames.values()].find(
      ({ networkInterface }) => networkInterface.vpcId === vpcId && networkInterface.address === address,
    );
  }

  private routeInside(from: NetworkInterface, hostName: string, host: Host, port: number): Route {
    const to = host.networkInterface;
    if (from.vpcId !== to.vpcId) {
      return { outcome: "dropped", reason: `${hostName} is in ${to.vpcId}, and ${from.vpcId} has no route to it` };
    }
    const reason =
      this.missingRule("outbound", from, to, port) ??
      this.missingRule("inbound", to, from, port) ??
      this.acls.obstacle(from, to, port);
    if (reason !== undefined) return { outcome: "dropped", reason };
    const listener = host.listeners.get(port);
    if (listener !== undefined) return { outcome: "open", to: listener };
    return { outcome: "refused", reason: `nothing listens on port ${port} of ${hostName}` };
  }

  private routeOutside(from: NetworkInterface, hostName: string, service: Loopback, port: number): Route {
    // An address in AWS's public ranges. Only a rule for all addresses lets the packets through.
    const reason = this.missingRule("outbound", from, { address: "52.94.0.1", securityGroupIds: [] }, port);
    if (reason !== undefined) return { outcome: "dropped", reason };
    const subnet = this.subnets.get(from.subnetId);
    if (subnet === undefined || !this.routing.leadOut(subnet)) {
      return {
        outcome: "dropped",
        reason: `${hostName} cannot be reached from ${from.subnetId}, which has neither a NAT gateway nor a VPC endpoint for it`,
      };
    }
    return servicePort(hostName, service, port);
  }

  /** Returns undefined when a rule allows the connection, or a sentence that names the missing rule. */
  private missingRule(
    direction: SecurityGroupRule["direction"],
    at: Peer,
    peer: Peer,
    port: number,
  ): string | undefined {
    const rules = [...this.rules.values()].filter(
      (rule) => rule.direction === direction && at.securityGroupIds.includes(rule.securityGroupId),
    );
    if (rules.some((rule) => permits(rule, peer, port))) return undefined;
    const subject = at.securityGroupIds.length === 1 ? "has" : "have";
    return (
      `${this.describe(at)} ${subject} no ${direction} rule for tcp ${port} ` +
      `${direction === "inbound" ? "from" : "to"} ${this.describe(peer)} (${peer.address})`
    );
  }

  private describe({ securityGroupIds, address }: Peer): string {
    const names = securityGroupIds.map((id) => `${id} "${this.securityGroups.get(id)?.name ?? "unknown"}"`);
    if (names.length === 0) return address;
    return `${names.length === 1 ? "security group" : "security groups"} ${names.join(", ")}`;
  }
}

/** AWS's services listen for HTTPS only. */
function servicePort(hostName: string, service: Loopback, port: number): Route {
  if (port === 443) return { outcome: "open", to: service };
  return { outcome: "refused", reason: `${hostName} listens on port 443 only` };
}
