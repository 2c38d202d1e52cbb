import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseEnvironment } from "../../handler/environment";
import { type ClientAccess, type ConnectableDatabase, environmentOf } from "../access/attributes";
import { decryptSecrets, policyDocument, readSecrets } from "../base/permissions";
import type { Scope } from "../base/scope";
import type { DatabaseServer } from "../database/server";
import { type Needs, needsOfClient } from "../function/groups";
import type { Lambda } from "../function/lambda";
import { allowInbound, httpsPort } from "../network/securityGroups";

/** A database that the managing function can be let into. */
export type Manageable = ConnectableDatabase & {
  grantAccess: (client: string, access: ClientAccess) => pulumi.Resource[];
};

/** How the managing function gets to the database. */
export interface Way {
  /** Path of the module that has the function. */
  module: string;
  variables: Record<string, pulumi.Input<string>>;
  needs: Needs;
  /** Lets the function in. @returns what it has to wait for */
  letIn: (scope: Scope, lambda: Lambda) => pulumi.Resource[];
}

/** What a way leads to. */
interface Destination {
  database: Manageable;
  server: DatabaseServer;
  masterUser: string;
  dependsOn: pulumi.Resource[];
}

/** The name under which the managing function is let in. */
const client = "database-manager";

/** Through the proxy, like any other client. @param name of the client */
export function wayToProxy({ database, masterUser, dependsOn }: Destination, name = client): Way {
  return {
    module: require.resolve("../../handler/manage"),
    variables: environmentOf(database.attributes, { user: masterUser }),
    needs: needsOfClient(database.attributes, masterUser),
    letIn: (_scope, { securityGroupIds: [source = ""], roleName }) => [
      ...database.grantAccess(name, { source, roleName, user: masterUser }),
      ...dependsOn,
    ],
  };
}

/** Seconds in which a database accepts a connection, or never. */
const connectTimeout = 10;

/** To the database itself, past the proxy. */
export function wayToDatabase(
  { database: { attributes }, server, masterUser, dependsOn }: Destination,
  secretArn: pulumi.Input<string>,
): Way {
  const to = attributes.databaseSecurityGroupId;
  const variables: { [K in keyof Extract<DatabaseEnvironment, { DB_AUTH: "password" }>]: pulumi.Input<string> } = {
    DB_ENDPOINT: server.address,
    DB_PORT: server.port.apply(String),
    DB_NAME: attributes.databaseName,
    DB_USER: masterUser,
    DB_CONNECT_TIMEOUT: String(connectTimeout),
    DB_AUTH: "password",
    DB_SECRET_ARN: secretArn,
  };
  return {
    module: require.resolve("../../handler/manage/direct"),
    variables: { ...variables },
    needs: { key: "database", to, port: server.port, description: "MySQL to the database", secret: true },
    letIn: (scope, { securityGroupIds: [securityGroupId = ""], roleName }) => {
      const from = { securityGroupId };
      const statements = [readSecrets([secretArn])];
      if (attributes.kmsKeyArn !== undefined) statements.push(decryptSecrets(scope, attributes.kmsKeyArn));
      const endpoint = attributes.secretsManagerSecurityGroupId;
      return [
        allowInbound(scope, "to-database", { from, to, port: server.port, description: `MySQL from ${client}` }),
        ...(endpoint === undefined
          ? []
          : [
              allowInbound(scope, "to-secretsmanager", {
                from,
                to: endpoint,
                port: httpsPort,
                description: `HTTPS from ${client}`,
              }),
            ]),
        scope.create(aws.iam.RolePolicy, "connect", { role: roleName, policy: policyDocument(statements) }),
        ...dependsOn,
      ];
    },
  };
}
