export { LoopbackApi } from "./loopbackApi";
export type { DbProxyStatus } from "./proxyStatus";
