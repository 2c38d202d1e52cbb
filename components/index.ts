/** What gets deployed: a MySQL database behind Amazon RDS Proxy, and Lambda functions that use it. */
export { ProxiedDatabase } from "./proxiedDatabase";
export type { ProxiedDatabaseArgs } from "./proxiedDatabaseArgs";
export type { ExistingVpc } from "./network";
export type { ProxySettings } from "./proxy";
export { ProxyClientFunction } from "./proxyClientFunction";
export type { ProxyClientFunctionArgs, OnDeployInvocation } from "./proxyClientFunction";
export type { LambdaHandler } from "./packaging";
export { ArgumentError } from "./validation";
