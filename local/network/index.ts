export { type Loopback, Network, type NetworkInterface, type Route, type SecurityGroup, type Subnet } from "./network";
export { type SecurityGroupRule } from "./rules";
