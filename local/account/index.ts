export { Account, randomHex } from "./account";
export { ProxyInVpc } from "./proxyInVpc";
export type { Cluster, Database } from "./rds";
