import { EnvironmentError } from "./errors";

/**
 * The one contract between the components, which set these variables, and the callbacks, which read them.
 * Both sides use this type, so neither can drift from the other.
 */
export type DatabaseEnvironment = PasswordEnvironment | IamEnvironment;

interface CommonEnvironment {
  /** Host name of the RDS Proxy endpoint. */
  DB_ENDPOINT: string;
  /** Port of the endpoint. RDS Proxy listens on 3306 for MySQL, whatever port the database itself has. */
  DB_PORT: string;
  /** Database (schema) that the callback works in. */
  DB_NAME: string;
  /** Database user that the callback logs in as. */
  DB_USER: string;
  /**
   * Seconds to wait for a connection. One more than the proxy's borrow timeout, so that the callback sees why there is no
   * connection (error 9501) instead of a time-out.
   */
  DB_CONNECT_TIMEOUT: string;
}

/** The callback logs in with a password from Secrets Manager. */
export interface PasswordEnvironment extends CommonEnvironment {
  DB_AUTH: "password";
  /** ARN of the Secrets Manager secret that holds the user's password. The password itself is never in the environment. */
  DB_SECRET_ARN: string;
}

/** The callback logs in with a token that it signs with its role's credentials. */
export interface IamEnvironment extends CommonEnvironment {
  DB_AUTH: "iam";
}

const common = ["DB_ENDPOINT", "DB_PORT", "DB_NAME", "DB_USER", "DB_CONNECT_TIMEOUT", "DB_AUTH"];
const namesByAuth = { password: [...common, "DB_SECRET_ARN"], iam: common };

/** What a variable has to look like, where not every text will do. */
const forms: Record<string, [RegExp, string]> = {
  DB_PORT: [/^[1-9]\d{0,4}$/, "a port number"],
  DB_CONNECT_TIMEOUT: [/^\d+(\.\d+)?$/, "a number of seconds"],
  DB_AUTH: [/^(password|iam)$/, '"password" or "iam"'],
};

/**
 * Reads the variables that `ProxyClientFunction` sets.
 *
 * @throws EnvironmentError that names the variables which are missing, empty or malformed.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): DatabaseEnvironment {
  const names = variables.DB_AUTH === "iam" ? namesByAuth.iam : namesByAuth.password;
  const missing = names.filter((name) => !variables[name]);
  if (missing.length > 0) {
    throw new EnvironmentError(
      `The environment lacks ${missing.join(", ")}: deploy this callback with ProxyClientFunction, which sets them.`,
    );
  }
  for (const [name, [form, what]] of Object.entries(forms)) {
    const value = variables[name] ?? "";
    if (form.test(value)) continue;
    throw new EnvironmentError(
      `The environment has ${name}=${JSON.stringify(value)}, but it must be ${what}: deploy this callback with` +
        " ProxyClientFunction, which sets it.",
    );
  }
  return Object.fromEntries(names.map((name) => [name, variables[name]])) as unknown as DatabaseEnvironment;
}
