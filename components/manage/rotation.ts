import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { RotateEnvironment } from "../../handler/manage/event";
import { authOf } from "../access/attributes";
import { policyDocument, rotateSecrets } from "../base/permissions";
import type { Scope } from "../base/scope";
import type { DatabaseServer } from "../database/server";
import { createLambda } from "../function/lambda";
import { packageModule } from "../function/packaging";
import type { DatabaseUser } from "../login/auth";
import type { Egress } from "../network/egress";
import { allowInbound, httpsPort } from "../network/securityGroups";
import { fixedSettings } from "./settings";
import { type Manageable, wayToProxy } from "./ways";

/** What rotations by the calendar work with. */
export interface RotationContext {
  database: Manageable;
  server: DatabaseServer;
  masterUser: string;
  users: DatabaseUser[];
  /** What has to be there first: the users in the database, and their secrets' full values. */
  dependsOn: pulumi.Resource[];
  egress: Egress;
  logKmsKeyArn: pulumi.Input<string> | undefined;
}

/** The name under which the rotating function is let in. */
const client = "database-rotation";

/** Seconds that the old password stays good, so that the proxy and its clients have time to read the new one. AWS documents no time. */
const grace = 300;

/**
 * Lets Secrets Manager rotate the passwords of users that ask for it: one function for all of them, which comes through the proxy as the
 * master user, and may read and write these secrets only. The managing function gets no passwords, so it is not that one.
 */
export function createRotation(scope: Scope, context: RotationContext): void {
  const { database, masterUser, users, egress, logKmsKeyArn, dependsOn } = context;
  const { attributes } = database;
  const rotated = users.flatMap(({ name, secretArn, managed }) =>
    secretArn === undefined || managed?.rotationDays === undefined
      ? []
      : [{ name, secretArn, days: managed.rotationDays }],
  );
  if (rotated.length === 0) return;
  const way = wayToProxy(context, client);
  const own: RotateEnvironment = { ROTATE_GRACE: String(grace) };
  const lambda = createLambda(
    scope,
    { database, egress, logKmsKeyArn, ...fixedSettings },
    {
      code: packageModule(require.resolve("../../handler/manage/rotate"), "rotate"),
      variables: { ...way.variables, ...own },
      needs: { ...way.needs, secret: true },
    },
  );
  const statements = rotateSecrets(
    scope,
    rotated.map(({ secretArn }) => secretArn),
    attributes.kmsKeyArn,
  );
  const ready: pulumi.Resource[] = [
    ...lambda.egress,
    ...way.letIn(scope, lambda),
    ...dependsOn,
    scope.create(aws.iam.RolePolicy, "secrets", { role: lambda.roleName, policy: policyDocument(statements) }),
  ];
  const endpoint = attributes.secretsManagerSecurityGroupId;
  const [securityGroupId = ""] = lambda.securityGroupIds;
  // Who logs in with a password is let in there already.
  if (endpoint !== undefined && authOf(attributes, masterUser) !== "password") {
    const description = `HTTPS from ${client}`;
    ready.push(
      allowInbound(scope, "to-secretsmanager", {
        from: { securityGroupId },
        to: endpoint,
        port: httpsPort,
        description,
      }),
    );
  }
  for (const { name, secretArn, days } of rotated) {
    const permission = scope.create(aws.lambda.Permission, name, {
      action: "lambda:InvokeFunction",
      function: lambda.function.name,
      principal: "secretsmanager.amazonaws.com",
      sourceArn: secretArn,
    });
    scope.create(
      aws.secretsmanager.SecretRotation,
      name,
      {
        secretId: secretArn,
        rotationLambdaArn: lambda.function.arn,
        rotationRules: { automaticallyAfterDays: days },
        // The password is new in any case when the secret is, and a deployment that sets this up should change nothing.
        rotateImmediately: false,
      },
      { dependsOn: [...ready, permission] },
    );
  }
}
