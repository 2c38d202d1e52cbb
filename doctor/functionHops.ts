import type { Ask } from "./calls";
import type { FunctionFacts, ProxyFacts } from "./facts";
import { everywhere, obstacles, type Vpc, zonesOf } from "./network";
import { allows, grant } from "./permissions";
import type { Hop, Problem } from "./report";
import { decryptProblem } from "./secrets";

/** The function itself: is it there, in the VPC, in more than one zone? */
export function functionHop(fn: FunctionFacts, proxy: ProxyFacts | undefined, vpc: Vpc): Hop {
  const { State: state = "Active", StateReason, LastUpdateStatus, LastUpdateStatusReason } = fn.configuration;
  const problems: Problem[] = [];
  if (!["Active", "Inactive"].includes(state) || LastUpdateStatus === "Failed") {
    problems.push({
      reason: fn.configuration.StateReasonCode ?? state,
      cause: `Lambda cannot run the function: ${StateReason ?? LastUpdateStatusReason ?? "it gives no reason"}.`,
      fix: "Run `pulumi up` again once Lambda says Active; a function that Lambda has failed to create has to be replaced.",
    });
  }
  if (fn.vpcId === undefined) {
    const subnetIds = proxy?.place.subnetIds.join(",") ?? "<subnets>";
    problems.push({
      cause: "The function is in no VPC, and a proxy can be reached from inside its VPC only.",
      fix: `Make it with ProxyClientFunction and its argument database, or: aws lambda update-function-configuration --function-name ${fn.name} --vpc-config SubnetIds=${subnetIds},SecurityGroupIds=<group>`,
    });
  }
  const zones = zonesOf(vpc, fn.place.subnetIds);
  if (zones.names.length === 1) {
    problems.push({
      cause: `All subnets of the function are in one zone (${zones.names[0]}), so it stops when that zone does.`,
      fix: "Give vpc.subnetIds subnets in two or more availability zones.",
    });
  }
  if (fn.variables.DB_ENDPOINT === undefined) {
    problems.push({
      cause: "The function has no DB_ENDPOINT, so it does not say which proxy it uses.",
      fix: "Make it with ProxyClientFunction, or give it the variables of database.environment.",
    });
  }
  const where = fn.vpcId === undefined ? "no VPC" : `${fn.vpcId}, ${zones.names.join(", ")}`;
  return { name: "function", found: `${fn.name} in ${where}`, problems };
}

/** How the function gets its password, or its token. */
export async function loginHop(ask: Ask, fn: FunctionFacts, proxy: ProxyFacts | undefined, vpc: Vpc): Promise<Hop> {
  if (fn.variables.DB_AUTH === "iam") return tokenHop(ask, fn, proxy);
  const { DB_SECRET_ARN: secretArn } = fn.variables;
  const name = "function → Secrets Manager";
  if (secretArn === undefined) return { name, found: "no DB_SECRET_ARN", problems: [] };
  const problems = fn.vpcId === undefined ? [] : await wayOut(ask, fn, fn.vpcId, secretArn, vpc);
  if ((await allows(ask, fn.roleArn, "secretsmanager:GetSecretValue", secretArn)) === false) {
    problems.push({
      reason: "AccessDeniedException",
      cause: "No policy of the function's role allows secretsmanager:GetSecretValue for its secret.",
      fix: `database.grantConnect("<client>", "<role>"), or: ${grant(fn.roleArn, "secretsmanager:GetSecretValue", secretArn)}`,
    });
  }
  problems.push(...(await decryptProblem(ask, fn.roleArn, "the function's", secretArn)));
  return { name, found: secretArn, problems };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html */
async function tokenHop(ask: Ask, fn: FunctionFacts, proxy: ProxyFacts | undefined): Promise<Hop> {
  const [, partition, , region, account, , id = "*"] = (proxy?.proxy.DBProxyArn ?? "").split(":");
  const user = fn.variables.DB_USER ?? "";
  const resource = `arn:${partition}:rds-db:${region}:${account}:dbuser:${id}/${user}`;
  const problems: Problem[] = [];
  if (proxy !== undefined && (await allows(ask, fn.roleArn, "rds-db:connect", resource)) === false) {
    problems.push({
      reason: "1045",
      cause: `No policy of the function's role allows rds-db:connect as ${user}, so the proxy refuses its tokens.`,
      fix: `database.grantConnect("<client>", "<role>", "${user}"), or: ${grant(fn.roleArn, "rds-db:connect", resource)}`,
    });
  }
  const takesTokens = proxy?.proxy.Auth?.some(({ IAMAuth }) => IAMAuth === "REQUIRED" || IAMAuth === "ENABLED");
  if (proxy !== undefined && takesTokens === false && proxy.proxy.DefaultAuthScheme !== "IAM_AUTH") {
    problems.push({
      cause: "The function logs in with a token, but the proxy takes passwords only.",
      fix: 'Set auth: "iam" of ProxiedDatabase and run `pulumi up`.',
    });
  }
  return { name: "function → token", found: `rds-db:connect as ${user}`, problems };
}

/** Inside a VPC, Secrets Manager is reached through an interface endpoint or a NAT gateway. */
async function wayOut(ask: Ask, fn: FunctionFacts, vpcId: string, secretArn: string, vpc: Vpc): Promise<Problem[]> {
  const region = secretArn.split(":")[3] ?? "";
  const endpoints = await ask("ec2:DescribeVpcEndpoints", {
    Filters: [
      { Name: "vpc-id", Values: [vpcId] },
      { Name: "service-name", Values: [`com.amazonaws.${region}.secretsmanager`] },
    ],
  });
  const endpoint = endpoints?.VpcEndpoints?.find(({ PrivateDnsEnabled }) => PrivateDnsEnabled);
  if (endpoint !== undefined) {
    const place = {
      what: "the interface endpoint of Secrets Manager",
      groupIds: (endpoint.Groups ?? []).map(({ GroupId = "" }) => GroupId),
      subnetIds: endpoint.SubnetIds ?? [],
    };
    const groups = await ask("ec2:DescribeSecurityGroupRules", {
      Filters: [{ Name: "group-id", Values: place.groupIds }],
    });
    return obstacles({ ...vpc, rules: [...vpc.rules, ...(groups?.SecurityGroupRules ?? [])] }, fn.place, place, 443);
  }
  const tables = await ask("ec2:DescribeRouteTables", {
    Filters: [{ Name: "association.subnet-id", Values: fn.place.subnetIds }],
  });
  const found = tables?.RouteTables ?? [];
  // A subnet that no table names has the main one of its VPC.
  const isNamed = (id: string) =>
    found.some(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === id));
  const main = fn.place.subnetIds.every(isNamed)
    ? []
    : (
        (await ask("ec2:DescribeRouteTables", { Filters: [{ Name: "vpc-id", Values: [vpcId] }] }))?.RouteTables ?? []
      ).filter(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  // An internet gateway does not help a function, which has no public address.
  const leadsOut = [...found, ...main].every(({ Routes = [] }) =>
    Routes.some(({ DestinationCidrBlock, GatewayId }) => {
      return DestinationCidrBlock === everywhere && (GatewayId === undefined || GatewayId === "");
    }),
  );
  if (leadsOut && found.length + main.length > 0) {
    const outside = { what: "Secrets Manager", groupIds: [], subnetIds: [] };
    const { rules } = vpc;
    const isOut = rules.some(({ IsEgress, GroupId = "", CidrIpv4 }) => {
      return IsEgress === true && fn.place.groupIds.includes(GroupId) && CidrIpv4 === everywhere;
    });
    return isOut ? [] : obstacles({ ...vpc, acls: [] }, fn.place, outside, 443).slice(0, 1);
  }
  return [
    {
      cause:
        "The function has no way to Secrets Manager: its VPC has no interface endpoint for it with private DNS, and its subnets no NAT gateway.",
      fix: "Set vpc.secretsManagerEndpoint: true of ProxiedDatabase (the configuration key secretsManagerEndpoint), and run `pulumi up`.",
    },
  ];
}

/** Packets from the function to the proxy. */
export function toProxyHop(fn: FunctionFacts, proxy: ProxyFacts | undefined, vpc: Vpc): Hop {
  const { DB_ENDPOINT: host = "?", DB_PORT: port = "3306" } = fn.variables;
  const hop: Hop = { name: "function → proxy", found: `${host}:${port}`, problems: [] };
  if (proxy === undefined || fn.vpcId === undefined) return hop;
  if (proxy.proxy.VpcId !== fn.vpcId) {
    hop.problems.push({
      cause: `The function is in ${fn.vpcId} and the proxy in ${proxy.proxy.VpcId ?? "another VPC"}: a proxy is reached from its own VPC.`,
      fix: "Put the function into the proxy's subnets: ProxyClientFunction with the argument database does.",
    });
    return hop;
  }
  if (port !== "3306") {
    hop.problems.push({
      cause: `DB_PORT is ${port}, but RDS Proxy listens on 3306 for MySQL, whatever port the database has.`,
      fix: "Use the variables of database.environment, which have DB_PORT=3306.",
    });
  }
  hop.problems.push(...obstacles(vpc, fn.place, proxy.place, 3306));
  return hop;
}
