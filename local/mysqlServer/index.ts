export { findServerBinary, type Flavour, type ServerBinary } from "./binary";
export { prepareServer, type PreparedServer } from "./dataFolder";
export { startMysqlServer, type MysqlServer, type MysqlServerOptions } from "./server";
