export { Reaper } from "./reaper";
