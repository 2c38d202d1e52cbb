import { randomBytes } from "node:crypto";
import { ipv4Address, ipv4Number, type Peer } from "./rules";
import type { Subnet } from "./subnet";

/** Elastic network interfaces of one owner: an address in a subnet, protected by security groups. */
export interface NetworkInterface extends Peer {
  /** `eni-` and digits. */
  id: string;
  vpcId: string;
  /** The subnet of the address. */
  subnetId: string;
  /** All subnets that the owner is in. On AWS it has an interface in each; here the first address stands for all. */
  subnetIds: string[];
}

/** AWS reserves the first four addresses of every subnet. */
const firstAddress = 4;

/** All interfaces of the account. */
export class Interfaces {
  private readonly attached = new Set<NetworkInterface>();

  attach(subnet: Subnet, place: Pick<NetworkInterface, "subnetIds" | "vpcId" | "securityGroupIds">): NetworkInterface {
    const id = `eni-${randomBytes(9).toString("hex").slice(1)}`;
    const networkInterface = { ...place, id, subnetId: subnet.id, address: this.freeAddress(subnet) };
    this.attached.add(networkInterface);
    return networkInterface;
  }

  /** Gives an interface an address in another subnet. */
  move(networkInterface: NetworkInterface, subnet: Subnet): void {
    Object.assign(networkInterface, { subnetId: subnet.id, address: this.freeAddress(subnet) });
  }

  /** Takes an interface away. Its address is free again. Does nothing when it is gone already. */
  release(networkInterface: NetworkInterface | undefined): void {
    if (networkInterface !== undefined) this.attached.delete(networkInterface);
  }

  find(matches: (networkInterface: NetworkInterface) => boolean): NetworkInterface | undefined {
    return [...this.attached].find(matches);
  }

  private freeAddress({ id, cidrBlock }: Subnet): string {
    const taken = new Set([...this.attached].filter(({ subnetId }) => subnetId === id).map(({ address }) => address));
    const base = ipv4Number(cidrBlock.split("/")[0] ?? "");
    let offset = firstAddress;
    while (taken.has(ipv4Address(base + offset))) offset++;
    return ipv4Address(base + offset);
  }
}
