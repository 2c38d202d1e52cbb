export { codeSha256, Lambda, type FunctionConfiguration } from "./lambda";
