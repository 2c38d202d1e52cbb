export { readStackConfig, type StackConfig } from "./config";
export { Deployment } from "./deployment";
export { type Catalogue, type Created, keptAs, type Kind, type Lookup, nameOf, type ResourceName } from "./kind";
export { plain, type Properties } from "./plain";
export { keepProgramFrames, programLocation } from "./programFrames";
export { type Progress, ProgressLines, silent } from "./progress";
export { runProgram, type StackOutput } from "./runProgram";
