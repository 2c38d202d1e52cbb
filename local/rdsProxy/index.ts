export type {
  ClientPasswordAuthType,
  Credential,
  IamDirectory,
  ProxyLogEvent,
  RdsProxyOptions,
  TargetGroupConfig,
  TargetHealth,
  TargetOptions,
  TargetReason,
  TargetState,
} from "./options";
export { RdsProxy } from "./proxy";
