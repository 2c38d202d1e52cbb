import type { Graph } from "../../testing";
import type { Deployment } from "./deployment";

const userArn = "arn:aws:rds-db:ap-northeast-1:123456789012:dbuser";
const givenKey = "arn:aws:kms:ap-northeast-1:123456789012:key/given";
const defaultKey = "arn:aws:kms:ap-northeast-1:123456789012:key/default";

/** Actions for which AWS has no resource to name. No policy may grant anything else on `*`, or an action with a `*` in it. */
const anywhereHere = "arn:aws:ec2:ap-northeast-1:123456789012:*/*";
const networkInterfaceActions = ["Create", "Delete"].map((verb) => `ec2:${verb}NetworkInterface on ${anywhereHere}`);
const networkActions = [
  ...networkInterfaceActions,
  ...["NetworkInterfaces", "Subnets"].map((what) => `ec2:Describe${what} on *`),
  ...["Assign", "Unassign"].map((verb) => `ec2:${verb}PrivateIpAddresses on ${anywhereHere}`),
];
const tracingActions = ["xray:PutTelemetryRecords on *", "xray:PutTraceSegments on *"];

/** What each policy grants, by its name: `kms:Decrypt on <arn>`, with ` for <service>` if it holds for that service only. */
export function grantsOf(graph: Graph): Record<string, string[]> {
  return Object.fromEntries(
    graph.all("aws:iam/rolePolicy:RolePolicy").map(({ name, inputs }) => {
      const statements = JSON.parse(inputs.policy).Statement as any[];
      const grants = statements.flatMap(({ Action, Resource, Condition }) => {
        const service = Condition === undefined ? "" : ` for ${Condition.StringEquals["kms:ViaService"]}`;
        return Action.flatMap((action: string) => Resource.map((arn: string) => `${action} on ${arn}${service}`));
      });
      return [name, grants.sort()];
    }),
  );
}

/** What each policy has to grant, and no more. It follows from the inputs of the resources that use the policy. */
export function neededGrants(deployment: Deployment): Record<string, string[]> {
  const { graph, args, functions } = deployment;
  // A given role has its policies already.
  const policies: Record<string, string[]> = args.proxy?.roleArn ? {} : { "orders-proxy": neededByProxy(deployment) };
  for (const [name, connect] of [
    ...functions.map((name) => [name, `orders-${name}-connect`] as const),
    [
      "orders-manager",
      args.auth === "iam-end-to-end" ? "orders-manager-connect" : "orders-database-manager-connect",
    ] as const,
  ]) {
    const { inputs } = graph.one("aws:lambda/function:Function", `${name}-function`);
    const { DB_AUTH, DB_USER, DB_SECRET_ARN } = inputs.environment.variables;
    const logGroup: string = graph.one("aws:cloudwatch/logGroup:LogGroup", `${name}-function`).outputs.arn;
    policies[`${name}-function`] = [
      ...networkActions,
      ...["CreateLogStream", "PutLogEvents"].map((action) => `logs:${action} on ${logGroup}:*`),
      ...(inputs.deadLetterConfig ? [`sqs:SendMessage on ${inputs.deadLetterConfig.targetArn}`] : []),
      ...(inputs.tracingConfig ? tracingActions : []),
    ].sort();
    policies[connect] =
      DB_AUTH === "password"
        ? reading([DB_SECRET_ARN], hasKey(args) ? givenKey : undefined)
        : [`rds-db:connect on ${userArn}:prx-0123456789abcdef0/${DB_USER}`];
  }
  return policies;
}

function neededByProxy({ graph, args }: Deployment): string[] {
  const { auths, defaultAuthScheme } = graph.one("aws:rds/proxy:Proxy").inputs;
  if (defaultAuthScheme !== "IAM_AUTH") {
    const secretArns = auths.map(({ secretArn }: { secretArn: string }) => secretArn);
    // The default key's grant is in AWS's own policy for RDS Proxy.
    return reading(secretArns, hasKey(args) ? givenKey : defaultKey);
  }
  const [database] = [...graph.all("aws:rds/instance:Instance"), ...graph.all("aws:rds/cluster:Cluster")];
  const existing = args.database !== undefined && "existing" in args.database ? args.database.existing : undefined;
  const id = existing?.resourceId ?? database?.outputs.clusterResourceId ?? database?.outputs.resourceId;
  return ["app", ...Object.keys(args.users ?? {})].map((user) => `rds-db:connect on ${userArn}:${id}/${user}`).sort();
}

function hasKey({ credentials, database }: Deployment["args"]): boolean {
  const existing = database !== undefined && "existing" in database ? database.existing : undefined;
  return (existing ?? credentials)?.kmsKeyArn !== undefined;
}

function reading(secretArns: string[], key: string | undefined): string[] {
  const decrypts = key === undefined ? [] : [`kms:Decrypt on ${key} for secretsmanager.ap-northeast-1.amazonaws.com`];
  return [...decrypts, ...secretArns.map((arn) => `secretsmanager:GetSecretValue on ${arn}`)].sort();
}
