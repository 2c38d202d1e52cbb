export { parseCliCall } from "./call";
export { runCliCall } from "./command";
