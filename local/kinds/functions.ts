import type { Call } from "../engine";
import { getAvailabilityZones, getSubnet, getSubnets, getVpc } from "./networkFunctions";
import { getPolicyDocument } from "./policyDocument";

/** The functions of the provider that look something up. */
const functions: Record<string, Call> = {
  "aws:index/getRegion:getRegion": (_args, { region }) => ({ id: region, region, name: region }),
  "aws:index/getPartition:getPartition": (_args, { partition }) => ({
    id: partition,
    partition,
    dnsSuffix: "amazonaws.com",
  }),
  "aws:index/getCallerIdentity:getCallerIdentity": (_args, { accountId, globalArn }) => ({
    id: accountId,
    accountId,
    arn: globalArn("iam", "user/stand-in"),
    userId: "stand-in",
  }),
  "aws:kms/getKey:getKey": ({ keyId }, { arn }) => {
    const key = arn("kms", `key/${String(keyId).replaceAll("/", "-")}`);
    return { id: key, keyId, arn: key };
  },
  "aws:kms/getAlias:getAlias": ({ name }, { arn }) => {
    const targetKeyArn = arn("kms", `key/${String(name).replaceAll("/", "-")}`);
    return { id: arn("kms", String(name)), name, arn: arn("kms", String(name)), targetKeyArn };
  },
  "aws:ec2/getVpc:getVpc": getVpc,
  "aws:ec2/getSubnet:getSubnet": getSubnet,
  "aws:ec2/getSubnets:getSubnets": getSubnets,
  // RDS's own role: it comes with an account's first database, and this account has had one.
  "aws:iam/getRoles:getRoles": (_args, { globalArn }) => {
    const name = "AWSServiceRoleForRDS";
    return { id: name, names: [name], arns: [globalArn("iam", `role/aws-service-role/rds.amazonaws.com/${name}`)] };
  },
  "aws:iam/getPolicyDocument:getPolicyDocument": getPolicyDocument,
  "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
  "aws:ssm/getParameter:getParameter": ({ name }) => ({
    id: name,
    name,
    value: "ami-0123456789abcdef0",
    type: "String",
  }),
};

/** @throws Error when the stand-in does not know the function */
export function functionOf(token: string): Call {
  const found = functions[token];
  if (found === undefined) {
    throw new Error(`The stand-in does not know the function ${token}; it knows ${Object.keys(functions).join(", ")}.`);
  }
  return async (args, account) => ({ ...args, ...(await found(args, account)) });
}
