export { Account, randomHex } from "./account";
export type { Database, ProxyInVpc } from "./rds";
