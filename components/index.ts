/** What gets deployed: a MySQL database behind Amazon RDS Proxy, and Lambda functions that use it. */
export type { ClientAccess, ConnectableDatabase, ProxyAttributes, UserAttributes } from "./access/attributes";
export type { ProxiedDatabaseArgs } from "./arguments";
export type { Override } from "./base/override";
export { override } from "./base/override";
export { ArgumentError } from "./base/validator";
export type { ClusterArgs, DatabaseArgs, InstanceArgs, ServerlessArgs } from "./database/arguments";
export type { Durability, DurabilityArgs, DurabilityLike, DurabilityName } from "./database/durability";
export type { ExistingDatabase, ExistingDatabaseArgs } from "./database/existing";
export type { MigrationsArgs } from "./database/migrations";
export type { ProxyClientFunctionArgs } from "./function/arguments";
export type { BundleArgs, BundleLoader } from "./function/bundleArguments";
export type { FunctionCode } from "./function/code";
export type { LambdaHandler } from "./function/packaging";
export type { AsynchronousArgs, FunctionUrlArgs } from "./function/waysInArguments";
export type { ImportedDatabase } from "./importedDatabase";
export type {
  CredentialsArgs,
  GeneratedCredentials,
  ManagedCredentials,
  RotationArgs,
  UserArgs,
} from "./login/arguments";
export type { AuthMode } from "./login/auth";
export type { GrantArgs, GrantForm } from "./login/grants";
export type { ExistingVpc } from "./network/arguments";
export type { Egress } from "./network/egress";
export type { Source, SourceGroup, SourceIpv4, SourceIpv6 } from "./network/securityGroups";
export type { DatabaseNodes } from "./outputs";
export { ProxiedDatabase } from "./proxiedDatabase";
export type { AlarmArgs } from "./proxy/alarmArguments";
export type { DebugLoggingArgs, ProxyArgs } from "./proxy/arguments";
export type { ProxyEndpointArgs } from "./proxy/endpointArguments";
export type { OnDeployInvocation } from "./proxyClientFunction";
export { ProxyClientFunction } from "./proxyClientFunction";
