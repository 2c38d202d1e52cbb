import type { Lookup } from "../../engine";
import { getAvailabilityZones, getSubnet, getSubnets, getVpc } from "./network";
import { getPolicyDocument } from "./policyDocument";

/** What a program can look up, by the token of the provider's function. */
const lookups: Record<string, Lookup> = {
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
  // RDS creates its own role with an account's first database. Here the account has had one already.
  "aws:iam/getRoles:getRoles": (_args, { globalArn }) => {
    const name = "AWSServiceRoleForRDS";
    return { id: name, names: [name], arns: [globalArn("iam", `role/aws-service-role/rds.amazonaws.com/${name}`)] };
  },
  "aws:iam/getPolicyDocument:getPolicyDocument": getPolicyDocument,
  // The newest minor version of a major one, in the form that the engine has for it.
  "aws:rds/getEngineVersion:getEngineVersion": ({ engine, version }) => {
    const isCluster = String(engine).startsWith("aurora");
    const full = isCluster && /^\d+\.\d+$/.test(String(version)) ? `${String(version)}.mysql_aurora.3.10.1` : version;
    return { id: full, engine, version: full, versionActual: full };
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
  "aws:ssm/getParameter:getParameter": ({ name }) => ({
    id: name,
    name,
    value: "ami-0123456789abcdef0",
    type: "String",
  }),
};

/** @throws Error when the stand-in does not know the look-up */
export function lookupOf(token: string): Lookup {
  const found = lookups[token];
  if (found === undefined) {
    throw new Error(`The stand-in does not know the look-up ${token}. It knows ${Object.keys(lookups).join(", ")}.`);
  }
  return async (args, account) => ({ ...args, ...(await found(args, account)) });
}
