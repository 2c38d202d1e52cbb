export type { Outcome } from "./container";
export { codeSha256, type FunctionConfiguration, Lambda, type Permission } from "./lambda";
