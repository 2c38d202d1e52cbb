import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The text of an IAM policy with these statements. */
export function policyDocument(statements: aws.types.input.iam.PolicyStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** The text of a trust policy: who may take on the role. */
export function trustPolicy(service: string): pulumi.Output<string> {
  return policyDocument([{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }]);
}
