export { type Loopback, Network, type NetworkInterface, type Route, type SecurityGroup, type Subnet } from "./network";
export { ipv4Address, ipv4Number, type SecurityGroupRule } from "./rules";
