export { familyOf, findServerBinary, type Flavour, type ServerBinary } from "./binary";
export { type InitialContent, type PreparedServer, prepareServer } from "./dataFolder";
export { type MysqlServer, type MysqlServerOptions, startMysqlServer } from "./server";
