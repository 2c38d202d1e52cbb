import * as aws from "@pulumi/aws";

/** A mistake of the program: Pulumi's own code throws, since an argument is missing. */
export const rule = new aws.ec2.SecurityGroupRule("rule", {} as aws.ec2.SecurityGroupRuleArgs);
