export { findServerBinary, type Flavour, type ServerBinary } from "./binary";
export { startMysqlServer, type MysqlServer, type MysqlServerOptions } from "./server";
