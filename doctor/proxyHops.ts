import type { Ask } from "./calls";
import type { DatabaseFacts, FunctionFacts, ProxyFacts } from "./facts";
import { obstacles, type Vpc, zonesOf } from "./network";
import { allows, grant, nameOfRole, trusts } from "./permissions";
import { explain } from "./reasons";
import type { Hop, Problem } from "./report";
import { contentProblems, decryptProblem } from "./secrets";

/** Zones without RDS Proxy. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.html#rds-proxy.limitations */
const zonesWithoutProxy = ["use1-az3", "usw1-az2"];

/** The proxy itself: is it available, in two zones that have RDS Proxy, and only over TLS? */
export function proxyHop(fn: FunctionFacts, facts: ProxyFacts | undefined, vpc: Vpc): Hop {
  const name = "proxy";
  if (facts === undefined) {
    const { DB_ENDPOINT: host = "" } = fn.variables;
    const problem = {
      cause: `No proxy in this account and region has the endpoint ${host}.`,
      fix: "Run `pulumi up`, or use the credentials and the region of the stack.",
    };
    return { name, found: "none", problems: host === "" ? [] : [problem] };
  }
  const { proxy } = facts;
  const zones = zonesOf(vpc, facts.own.subnetIds);
  const unsupported = zones.ids.filter((id) => zonesWithoutProxy.includes(id));
  const status = proxy.Status ?? "unknown";
  const problems: Problem[] = [];
  if (unsupported.length > 0) {
    problems.push({
      reason: status === "available" ? undefined : status,
      cause: `RDS Proxy does not exist in the zone ${unsupported.join(", ")}, where a subnet of the proxy is.`,
      fix: "Give vpc.subnetIds subnets in two other zones, and run `pulumi up`.",
    });
  }
  if (zones.ids.length - unsupported.length === 1) {
    problems.push({
      reason: status === "available" ? undefined : status,
      cause: `The proxy has subnets in one zone only that it can use (${zones.names.join(", ")}), and needs two.`,
      fix: "Give vpc.subnetIds subnets in two or more availability zones, and run `pulumi up`.",
    });
  }
  if (status !== "available" && problems.length === 0) {
    problems.push({
      reason: status,
      cause: "RDS is still at work on the proxy, or it has found no free addresses or other resources for it.",
      fix: `aws rds describe-events --source-type db-proxy --source-identifier ${facts.name} says more; free addresses in the subnets, and run \`pulumi up\` again.`,
    });
  }
  if (proxy.RequireTLS !== true) {
    problems.push({
      cause: "The proxy also takes clients without TLS, whose passwords and rows anybody on the way can read.",
      fix: `proxy.requireTls: true of ProxiedDatabase, or: aws rds modify-db-proxy --db-proxy-name ${facts.name} --require-tls`,
    });
  }
  return { name, found: `${facts.name} is ${status} in ${zones.names.join(", ")}`, problems };
}

/** The proxy reads its secrets with its role. */
export async function secretsHop(ask: Ask, { proxy, targets }: ProxyFacts): Promise<Hop> {
  const { RoleArn: roleArn = "", Auth: auths = [] } = proxy;
  const secrets = auths.flatMap(({ SecretArn }) => SecretArn ?? []);
  const isFailure = targets.some(({ TargetHealth }) => TargetHealth?.Reason === "AUTH_FAILURE");
  // A target that is available has been logged in to, so the proxy has read a secret, also if only the secret's own policy lets it.
  const hasRead = targets.some(({ TargetHealth }) => TargetHealth?.State === "AVAILABLE") && secrets.length === 1;
  const problems: Problem[] = [];
  if (secrets.length > 0 && (await trusts(ask, roleArn, "rds.amazonaws.com")) === false) {
    problems.push({
      cause: `The proxy's role ${nameOfRole(roleArn)} does not let rds.amazonaws.com assume it.`,
      fix: "Add rds.amazonaws.com as a Service principal to its assumeRolePolicy, or leave out proxy.roleArn.",
    });
  }
  for (const secretArn of secrets) {
    if ((await allows(ask, roleArn, "secretsmanager:GetSecretValue", secretArn)) === false && !hasRead) {
      problems.push({
        cause: `No policy of the proxy's role allows secretsmanager:GetSecretValue for ${secretArn}.`,
        fix: `Leave out proxy.roleArn of ProxiedDatabase, or: ${grant(roleArn, "secretsmanager:GetSecretValue", secretArn)}`,
      });
    }
    if (!hasRead) problems.push(...(await decryptProblem(ask, roleArn, "the proxy's", secretArn)));
    problems.push(...(await contentProblems(ask, secretArn)));
  }
  const found = `${nameOfRole(roleArn)} reads ${secrets.length} ${secrets.length === 1 ? "secret" : "secrets"}`;
  return {
    name: "proxy → Secrets Manager",
    found,
    problems: problems.map((problem) => (isFailure ? { ...problem, reason: "AUTH_FAILURE" } : problem)),
  };
}

/** Packets from the proxy to the database. */
export function toDatabaseHop({ own, targets }: ProxyFacts, database: DatabaseFacts | undefined, vpc: Vpc): Hop {
  const name = "proxy → database";
  if (database === undefined) return { name, found: "no database", problems: [] };
  const isUnreachable = targets.some(({ TargetHealth }) => TargetHealth?.Reason === "UNREACHABLE");
  const problems = obstacles(vpc, own, database.place, database.port);
  return {
    name,
    found: `${database.identifier}, port ${database.port}`,
    problems: problems.map((problem) => (isUnreachable ? { ...problem, reason: "UNREACHABLE" } : problem)),
  };
}

/** What the proxy says of the database. @param before the hops before, one of which may have the cause */
export function targetHop(facts: ProxyFacts, before: Hop[]): Hop {
  const name = "target";
  const healths = facts.targets.flatMap(({ TargetHealth }) => TargetHealth ?? []);
  if (facts.targets.length === 0) {
    const problem = {
      cause: "The proxy has no target, so it has no database to lead to.",
      fix: `Run \`pulumi up\`, which registers the database, or: aws rds register-db-proxy-targets --db-proxy-name ${facts.name} --db-instance-identifiers <instance>`,
    };
    return { name, found: "none", problems: [problem] };
  }
  const isAvailable = healths.length === 0 || healths.some(({ State }) => State === "AVAILABLE");
  const [worst] = healths.filter(({ State }) => State !== "AVAILABLE");
  if (isAvailable || worst === undefined) return { name, found: "AVAILABLE", problems: [] };
  const { State: state = "", Reason: reason, Description: description } = worst;
  const found = [state, reason, description].filter((part) => part !== undefined).join(", ");
  const guilty = before.find(({ problems }) =>
    problems.some((problem) => reason !== undefined && problem.reason === reason),
  );
  const { cause, fix } =
    guilty === undefined
      ? (specific(reason, description, facts) ?? explain(reason))
      : { cause: `The cause is at "${guilty.name}" above.`, fix: "the same." };
  return { name, found, problems: [{ reason: reason ?? state, cause, fix }] };
}

/** What the description says more exactly than the reason. */
function specific(reason: string | undefined, description = "", { proxy, name }: ProxyFacts) {
  const secretArn = proxy.Auth?.[0]?.SecretArn ?? "";
  const plugin = /plugin ['"`]?(\w+)/.exec(description)?.[1];
  if (plugin !== undefined) {
    return {
      cause: `The database's user logs in with the plugin ${plugin}, and RDS Proxy knows mysql_native_password and caching_sha2_password only.`,
      fix: "ALTER USER '<user>'@'%' IDENTIFIED WITH caching_sha2_password BY '<password>' in the database (with MariaDB mysql_native_password).",
    };
  }
  if (reason !== "AUTH_FAILURE") return undefined;
  return {
    cause: "The proxy reads the secret, but the database does not accept the user and the password in it.",
    fix: `Run \`pulumi up\` with the right credentials.password, or: aws secretsmanager put-secret-value --secret-id ${secretArn} --secret-string '{"username":"…","password":"…"}'; proxy ${name} tries again by itself.`,
  };
}

/** The database itself. */
export function databaseHop(facts: ProxyFacts, database: DatabaseFacts | undefined): Hop {
  const name = "database";
  if (database === undefined) return { name, found: "none", problems: [] };
  const { identifier, isCluster, status } = database;
  const command = isCluster ? "cluster --db-cluster-identifier" : "instance --db-instance-identifier";
  // Changes that do not interrupt the database have other names than "available".
  const isBad = /stop|fail|incompatible|inaccessible|delet|storage-full|restore-error/.test(status);
  const problems = isBad
    ? [
        {
          reason: status,
          cause: `The database is ${status}, so proxy ${facts.name} cannot connect to it.`,
          fix: status.startsWith("stop")
            ? `aws rds start-db-${command} ${identifier}`
            : `Look at the database's events: aws rds describe-events --source-identifier ${identifier} --source-type db-${isCluster ? "cluster" : "instance"}`,
        },
      ]
    : [];
  return { name, found: `${identifier} is ${status}`, problems };
}
