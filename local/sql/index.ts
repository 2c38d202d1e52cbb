export { clientCommand } from "./clientCommand";
export { writeClientOptions } from "./clientOptions";
export { runSql, sqlArguments } from "./prompt";
