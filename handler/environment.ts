/**
 * The one contract between the components, which set these variables, and the callbacks, which read them.
 * Both sides use this type, so neither can drift from the other.
 */
export interface DatabaseEnvironment {
  /** Host name of the RDS Proxy endpoint. */
  DB_ENDPOINT: string;
  /** Port of the endpoint. RDS Proxy listens on 3306 for MySQL, whatever port the database itself has. */
  DB_PORT: string;
  /** Database (schema) that the callback works in. */
  DB_NAME: string;
  /** Database user that the callback logs in as. */
  DB_USER: string;
  /** ARN of the Secrets Manager secret that holds the user's password. The password itself is never in the environment. */
  DB_SECRET_ARN: string;
}

const names: (keyof DatabaseEnvironment)[] = ["DB_ENDPOINT", "DB_PORT", "DB_NAME", "DB_USER", "DB_SECRET_ARN"];

/**
 * Reads the variables that `ProxyClientFunction` sets.
 *
 * @throws Error that names the variables which are missing or empty.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): DatabaseEnvironment {
  const missing = names.filter((name) => !variables[name]);
  if (missing.length > 0) {
    throw new Error(
      `The environment lacks ${missing.join(", ")}: deploy this callback with ProxyClientFunction, which sets them.`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, variables[name]])) as unknown as DatabaseEnvironment;
}
