export { Account, checkLasting, type Lasting } from "./account";
export { type ChangeableOptions, type ProxyIdentity, ProxyInVpc, type RegisteredTarget } from "./proxyInVpc";
export type { Cluster, Database, DatabaseSettings, InstanceSettings, Parameter } from "./rds";
