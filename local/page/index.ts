export { LivePage } from "./livePage";
export { isOwnRequest } from "./ownOrigin";
