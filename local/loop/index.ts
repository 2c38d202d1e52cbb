export { Loop } from "./loop";
