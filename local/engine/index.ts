export { readStackConfig, type StackConfig } from "./config";
export { Deployment } from "./deployment";
export type { Call, Cloud, Created, Kind, Properties, ResourceContext } from "./kind";
export { autoname, hexDigits } from "./names";
export { ProgressLines, silent, type Progress } from "./progress";
export { runProgram, type StackOutput } from "./runProgram";
