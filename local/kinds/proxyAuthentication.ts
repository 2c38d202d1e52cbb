import type { Account } from "../account";
import type { Credential, RdsProxyOptions } from "../rdsProxy";

interface Auth {
  secretArn: string;
  iamAuth?: RdsProxyOptions["iamAuth"];
  clientPasswordAuthType?: RdsProxyOptions["clientPasswordAuthType"];
}

/** The inputs of a proxy that decide who may log in, and how. */
export interface AuthenticationInputs {
  auths?: Auth[];
  defaultAuthScheme?: string;
  /** ARN of the role that the proxy uses to read the secrets. */
  roleArn: string;
}

/** @throws Error when the stand-in does not support the inputs */
export function authenticationOf(
  inputs: AuthenticationInputs,
  account: Account,
  { id, name }: { id: string; name: string },
): Pick<RdsProxyOptions, "clientPasswordAuthType" | "iamAuth" | "credentials" | "iam"> {
  const { iamAuth = "DISABLED", clientPasswordAuthType = "MYSQL_CACHING_SHA2_PASSWORD" } = authOf(inputs);
  return {
    clientPasswordAuthType,
    iamAuth,
    credentials: credentialsReader(account, inputs.roleArn, name, inputs.auths ?? []),
    iam: iamDirectory(account, id),
  };
}

/** How clients log in. On AWS each secret can have other settings for its user; here all have to be the same. */
function authOf({ auths = [], defaultAuthScheme }: AuthenticationInputs): Partial<Auth> {
  if (defaultAuthScheme === "IAM_AUTH") {
    throw new Error(
      'defaultAuthScheme is "IAM_AUTH", but the databases of the stand-in cannot check IAM tokens: use "SECRETS" with' +
        ' iamAuth "REQUIRED" here (auth "iam" of ProxiedDatabase).',
    );
  }
  const [first, ...others] = auths;
  if (first === undefined) throw new Error("The proxy has no auths: give it a secret for each database user.");
  for (const key of ["iamAuth", "clientPasswordAuthType"] as const) {
    const different = others.find((auth) => auth[key] !== first[key]);
    if (different === undefined) continue;
    throw new Error(
      `${key} is ${String(first[key])} in one of the proxy's auths and ${String(different[key])} in another, but a proxy of` +
        " the stand-in has one value for all users: give the users with another value a proxy of their own.",
    );
  }
  return first;
}

/** Reads the secrets with the proxy's role. The role's policies have to allow it. */
function credentialsReader(
  account: Account,
  roleArn: string,
  name: string,
  auths: Auth[],
): () => Promise<Credential[]> {
  const session = account.iam.assumeRole(roleArn, "rds.amazonaws.com", name);
  const read = ({ secretArn }: Auth): Credential => {
    const { username, password } = parse(account.secretsManager.read(secretArn, session).value);
    if (typeof username === "string" && typeof password === "string") return { username, password };
    throw new Error(`The secret ${secretArn} is not a JSON object with a text "username" and a text "password".`);
  };
  return async () => {
    await Promise.resolve();
    return auths.map(read);
  };
}

/**
 * Parses a secret. A text that is not JSON gives an empty object instead of an error, because the error would quote the
 * secret.
 */
function parse(text: string): { username?: unknown; password?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

/** Who may log in with an IAM token: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html */
function iamDirectory({ iam, arn, region }: Account, proxyId: string): NonNullable<RdsProxyOptions["iam"]> {
  return {
    region,
    principal: (accessKeyId) => iam.session(accessKeyId),
    mayConnect: (accessKeyId, user) => {
      const session = iam.session(accessKeyId);
      const request = { action: "rds-db:connect", resource: arn("rds-db", `dbuser:${proxyId}/${user}`) };
      return session !== undefined && iam.decide(session, request) === "allowed";
    },
  };
}
