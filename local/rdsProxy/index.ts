export { RdsProxy } from "./proxy";
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
} from "./types";
