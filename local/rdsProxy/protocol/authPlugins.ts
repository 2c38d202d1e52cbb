/** MySQL's names of the authentication plugins that the proxy knows. */
export const mysqlNativePassword = "mysql_native_password";
export const cachingSha2Password = "caching_sha2_password";
export const mysqlClearPassword = "mysql_clear_password";
