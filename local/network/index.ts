export type { AclEntry } from "./acls";
export { refuseIfGroupIsUsed, refuseIfSubnetIsUsed, refuseIfVpcIsUsed } from "./dependencies";
export type { NetworkInterface } from "./interfaces";
export { type Loopback, Network, type Route, type SecurityGroup } from "./network";
export { everywhere, type NatGateway, type RouteTable, type RouteTarget } from "./routeTables";
export { ipv4Address, ipv4Number, permits, type SecurityGroupRule } from "./rules";
export type { Subnet } from "./subnet";
export { zoneId } from "./zones";
