import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, trustPolicy } from "../base/policy";
import type { Scope } from "../base/scope";
import type { DatabaseServer } from "../database/server";
import { type AuthMode, connectStatement, type DatabaseUser } from "../login/auth";
import { decryptStatement, defaultKeyArn, readStatement } from "../login/secrets";

/** The role as which the proxy works, and what lets it read its secrets or log in with tokens. */
export interface ProxyRole {
  role: aws.iam.Role;
  policy: aws.iam.RolePolicy;
}

/**
 * Creates the role.
 *
 * With secrets the policy has to be there before the proxy, which otherwise comes up with a target that says AUTH_FAILURE.
 * With tokens it names the database, for which the proxy does not wait; the target does.
 */
export function createProxyRole(
  scope: Scope,
  auth: AuthMode,
  users: DatabaseUser[],
  server: DatabaseServer,
  kmsKeyArn: pulumi.Input<string> | undefined,
): ProxyRole {
  const role = scope.create(aws.iam.Role, "proxy", {
    description: `Lets RDS Proxy log in to ${scope.name}`,
    assumeRolePolicy: trustPolicy("rds.amazonaws.com"),
    tags: scope.tags,
  });
  const secretArns = users.flatMap(({ secretArn }) => secretArn ?? []);
  const statements =
    auth === "iam-end-to-end"
      ? [
          connectStatement(
            (user) => databaseUserArn(scope, server, user),
            users.map(({ name }) => name),
          ),
        ]
      : [readStatement(secretArns), decryptStatement(scope, kmsKeyArn ?? defaultKeyArn(scope))];
  const policy = scope.create(aws.iam.RolePolicy, "proxy", { role: role.id, policy: policyDocument(statements) });
  return { role, policy };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html */
function databaseUserArn(scope: Scope, { resourceId }: DatabaseServer, user: string): pulumi.Output<string> {
  const { partition } = aws.getPartitionOutput({}, scope.lookup);
  const { region } = aws.getRegionOutput({}, scope.lookup);
  const { accountId } = aws.getCallerIdentityOutput({}, scope.lookup);
  return pulumi.interpolate`arn:${partition}:rds-db:${region}:${accountId}:dbuser:${resourceId}/${user}`;
}

/**
 * What the proxy has to wait for: its policy, where that is about secrets, and RDS's own role. RDS creates that role with an
 * account's first database, and a proxy without it fails; so in a new account, and only there, the proxy waits for the
 * database. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
 */
export function proxyDependencies(
  scope: Scope,
  auth: AuthMode,
  server: DatabaseServer,
  policy: pulumi.Resource,
): pulumi.Output<pulumi.Resource[]> {
  const always = auth === "iam-end-to-end" ? [] : [policy];
  const roles = aws.iam.getRolesOutput(
    { nameRegex: "^AWSServiceRoleForRDS$", pathPrefix: "/aws-service-role/rds.amazonaws.com/" },
    scope.lookup,
  );
  return roles.names.apply((names) => (names.length === 0 ? [...always, ...server.ready] : always));
}
