import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { answered } from "../base/answers";
import {
  connectAs,
  createRole,
  databaseUserArn,
  decryptSecrets,
  defaultKeyArn,
  policyDocument,
  readSecrets,
} from "../base/permissions";
import type { Scope } from "../base/scope";
import type { DatabaseServer } from "../database/server";
import type { AuthMode, DatabaseUser } from "../login/auth";

/** The proxy's role, and the policy that lets it read its secrets or log in with tokens. */
export interface ProxyRole {
  arn: pulumi.Input<string>;
  /** Undefined where the user gave a role. */
  role: aws.iam.Role | undefined;
  policy: aws.iam.RolePolicy[];
}

/** What the proxy's role has to allow. */
export interface ProxyRoleContext {
  /** A role that exists already. */
  givenArn: pulumi.Input<string> | undefined;
  auth: AuthMode;
  users: DatabaseUser[];
  server: DatabaseServer;
  kmsKeyArn: pulumi.Input<string> | undefined;
}

/**
 * Creates the role, unless there is one already.
 *
 * A policy about secrets has to be there before the proxy: otherwise the proxy's target comes up with AUTH_FAILURE. A policy
 * about tokens names the database. The proxy does not wait for it, because the proxy does not wait for the database.
 */
export function createProxyRole(scope: Scope, context: ProxyRoleContext): ProxyRole {
  const { givenArn, auth, users, server, kmsKeyArn } = context;
  if (givenArn !== undefined) return { arn: givenArn, role: undefined, policy: [] };
  const role = createRole(scope, "proxy", "rds.amazonaws.com", `Lets RDS Proxy log in to ${scope.name}`);
  const statements =
    auth === "iam-end-to-end"
      ? [connectAs(users.map(({ name }) => databaseUserArn(scope, server.resourceId, name)))]
      : [
          readSecrets(users.flatMap(({ secretArn }) => secretArn ?? [])),
          decryptSecrets(scope, kmsKeyArn ?? defaultKeyArn(scope)),
        ];
  const policy = scope.create(aws.iam.RolePolicy, "proxy", { role: role.id, policy: policyDocument(statements) });
  return { arn: role.arn, role, policy: [policy] };
}

/**
 * What the proxy has to wait for: its secrets' values and the policy that lets it read them, and RDS's own role. RDS creates its role with an
 * account's first database, and a proxy without that role fails. So the proxy waits for the database in a new account, and
 * only there. With tokens the proxy reads no secrets.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
 */
export function proxyDependencies(
  scope: Scope,
  auth: AuthMode,
  server: DatabaseServer,
  credentials: pulumi.Resource[],
): pulumi.Output<pulumi.Resource[]> {
  const always = auth === "iam-end-to-end" ? [] : credentials;
  return pulumi.output(isRdsRoleThere(scope)).apply((isThere) => (isThere ? always : [...always, ...server.ready]));
}

/** A deployer who may not list roles gets the order that is safe in every account. */
async function isRdsRoleThere(scope: Scope): Promise<boolean> {
  const query = { nameRegex: "^AWSServiceRoleForRDS$", pathPrefix: "/aws-service-role/rds.amazonaws.com/" };
  try {
    const { names = [] } = answered(await aws.iam.getRoles(query, scope.lookup));
    return names.length > 0;
  } catch {
    return false;
  }
}
