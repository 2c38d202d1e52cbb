export { codeSha256, type FunctionConfiguration, Lambda } from "./lambda";
