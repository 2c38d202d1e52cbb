export { runCli, stopStandIn } from "./command";
