export { readStackConfig, type StackConfig } from "./config";
export { Deployment } from "./deployment";
export { nameOf, type Call, type Catalogue, type Created, type Kind, type ResourceName } from "./kind";
export { plain, type Properties } from "./plain";
export { ProgressLines, silent, type Progress } from "./progress";
export { runProgram, type StackOutput } from "./runProgram";
