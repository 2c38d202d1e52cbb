import type { Account } from "../account";
import type { Credential, RdsProxyOptions } from "../rdsProxy";

interface Auth {
  secretArn: string;
  iamAuth?: RdsProxyOptions["iamAuth"];
  clientPasswordAuthType?: RdsProxyOptions["clientPasswordAuthType"];
}

/** Inputs of a proxy that decide who may log in, and how. */
export interface AuthenticationInputs {
  auths?: Auth[];
  defaultAuthScheme?: string;
  /** The role as which the proxy reads the secrets. */
  roleArn: string;
}

/** @throws Error when it is something that cannot be had here */
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

/** How clients log in. On AWS each secret can say something else for its user. */
function authOf({ auths = [], defaultAuthScheme }: AuthenticationInputs): Partial<Auth> {
  if (defaultAuthScheme === "IAM_AUTH") {
    throw new Error(
      'The stand-in has no database that could check RDS\'s tokens, which defaultAuthScheme "IAM_AUTH" needs: use SECRETS with' +
        ' iamAuth "REQUIRED" here (auth "iam" of ProxiedDatabase).',
    );
  }
  const [first, ...others] = auths;
  if (first === undefined) throw new Error("The proxy has no auths: give it a secret for each database user.");
  for (const key of ["iamAuth", "clientPasswordAuthType"] as const) {
    const different = others.find((auth) => auth[key] !== first[key]);
    if (different === undefined) continue;
    throw new Error(
      `The auths of the proxy have ${String(first[key])} and ${String(different[key])} as ${key}, but a proxy of the stand-in` +
        " has one for all users: give the users that differ a proxy of their own.",
    );
  }
  return first;
}

/** Reads the secrets as the proxy's role, which has to be allowed to. */
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

/** The text is left out of the error on purpose: it may be the secret itself. */
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
