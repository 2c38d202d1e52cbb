import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Grant } from "../../handler/manage/event";

/** How clients log in to the proxy, and the proxy to the database. See `ProxiedDatabaseArgs.auth`. */
export type AuthMode = "password" | "iam" | "iam-end-to-end";

export const authModes: readonly AuthMode[] = ["password", "iam", "iam-end-to-end"];

/** A database user, and the secret with its password. There is no secret where the proxy logs in with a token. */
export interface DatabaseUser {
  name: string;
  /** How clients log in as this user. */
  auth: AuthMode;
  secretArn: pulumi.Output<string> | undefined;
  /** What the managing function has to do for it, if it makes the user. */
  managed?: Managed | undefined;
}

/** A user that the managing function makes. */
export interface Managed {
  grants: Grant[];
  keep: boolean;
  adopt: boolean;
  /** The number of the generated password, if the program numbers it. */
  rotation: number | undefined;
  /** Days between the rotations that Secrets Manager does, if it does any. */
  rotationDays: number | undefined;
  /** Undefined where the user logs in to the database with a token. */
  password: pulumi.Output<string> | undefined;
}

/** What the proxy is told about authentication. */
export function proxyAuthentication(
  mode: AuthMode,
  users: DatabaseUser[],
  clientPasswordAuthType: string | undefined,
): Pick<aws.rds.ProxyArgs, "auths" | "defaultAuthScheme"> {
  // Given in both cases: the provider keeps an earlier value when it is left out.
  if (mode === "iam-end-to-end") return { defaultAuthScheme: "IAM_AUTH" };
  return {
    defaultAuthScheme: "NONE",
    auths: users.map(({ name, secretArn, auth }) => ({
      authScheme: "SECRETS",
      secretArn,
      iamAuth: auth === "iam" ? "REQUIRED" : "DISABLED",
      clientPasswordAuthType,
      // The description repeats the type, because the provider does not notice when the type alone changes.
      // https://github.com/hashicorp/terraform-provider-aws/issues/49544
      description: clientPasswordAuthType === undefined ? name : `${name}, ${clientPasswordAuthType}`,
    })),
  };
}
