/** The part of npm's mysql that the tests use. The package has no types. */
declare module "mysql" {
  interface MysqlConnection {
    query(sql: string, callback: (error: Error | null, result?: unknown) => void): void;
    destroy(): void;
  }
  const mysql: { createConnection(options: object): MysqlConnection };
  export default mysql;
}
