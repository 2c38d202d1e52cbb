export { Account, randomHex } from "./account";
export type { Cluster, Database, ProxyInVpc } from "./rds";
