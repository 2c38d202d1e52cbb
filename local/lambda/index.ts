export { codeSha256, type FunctionConfiguration, type Invocation, Lambda, type Permission } from "./lambda";
