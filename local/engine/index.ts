export { readStackConfig, type StackConfig } from "./config";
export { type Deployed, Deployment, failureOf, type ResourceOptions } from "./deployment";
export {
  type Catalogue,
  type Created,
  keptAs,
  type Kind,
  type Lookup,
  nameOf,
  type ResourceName,
  updated,
} from "./kind";
export { plain, type Properties } from "./plain";
export { noteProgramFiles, type ProgramFiles, repack, type Repacked } from "./programFiles";
export { keepProgramFrames, programLocation } from "./programFrames";
export { type Progress, ProgressLines, silent } from "./progress";
export { type Registrar, runProgram, type StackOutput } from "./runProgram";
export { assetPaths, inputsOfWire, wireInputs } from "./wire";
