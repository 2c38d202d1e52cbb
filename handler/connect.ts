import { type Connection, createConnection } from "mysql2";
import type { DatabaseEnvironment } from "./environment";
import type { Login } from "./login";
import { connectionOptions, type ValueOptions } from "./rows";

/** Where a link leads. */
export interface LinkOptions extends ValueOptions {
  /** Database (schema), if any. */
  database: string | undefined;
  /** Milliseconds without a statement after which the client asks for a sign of life. */
  pingAfter: number;
}

/** What a connection is opened with. */
interface Opening {
  environment: DatabaseEnvironment;
  options: LinkOptions;
  password: string;
  /** Milliseconds for all of it. */
  timeout: number;
}

/**
 * Opens a connection over TLS, and logs in.
 *
 * @param ended called when the connection has ended by itself
 * @throws what mysql2 throws
 */
export function logIn(
  { environment, options, password, timeout }: Opening,
  { cleartext }: Login,
  ended: (connection: Connection) => void,
): Promise<Connection> {
  const connection = createConnection({
    host: environment.DB_ENDPOINT,
    port: Number(environment.DB_PORT),
    user: environment.DB_USER,
    password,
    database: options.database,
    connectTimeout: timeout,
    enableCleartextPlugin: cleartext,
    // RDS Proxy's certificate chains to a root that Node trusts by itself; mysql2 checks the host name only when asked to.
    ssl: { minVersion: "TLSv1.2", verifyIdentity: true },
    ...connectionOptions(options),
  });
  return new Promise((resolve, reject) => {
    connection.once("connect", () => {
      resolve(connection);
    });
    // Without a listener, a connection that closes between two invocations would end the whole container.
    connection.on("error", (error) => {
      reject(error as Error);
      connection.destroy();
      ended(connection);
    });
  });
}
