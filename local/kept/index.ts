export { randomHex } from "./identity";
export { type KeptDatabase, KeptFolder } from "./keptFolder";
