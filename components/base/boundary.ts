import type * as pulumi from "@pulumi/pulumi";
import type { Fields } from "./fields";

/** The ARN of a policy that limits what roles may do at most. */
export function checkBoundary(given: Fields<{ permissionsBoundary?: unknown }>): pulumi.Input<string> | undefined {
  const rule = "a role takes the boundary by its ARN: give the ARN of an IAM policy";
  return given.input("permissionsBoundary", /^arn:[a-z-]+:iam::([0-9]+|aws):policy\//, rule);
}
