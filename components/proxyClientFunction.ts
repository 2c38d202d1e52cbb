import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { packageCallback, runtime, type LambdaHandler } from "./packaging";
import { policyDocument, trustPolicy } from "./policy";
import type { ProxiedDatabase } from "./proxiedDatabase";
import { Scope } from "./scope";
import { allowAllOutbound, createGroup } from "./securityGroups";
import { Validator } from "./validation";

/** Arguments of {@link ProxyClientFunction}. */
export interface ProxyClientFunctionArgs {
  /** The database that the callback works with, through its proxy. */
  database: ProxiedDatabase;
  /**
   * Returns the callback. It is run once per container, inside Lambda, so it should require the module it needs:
   * `() => require("./handler").readSampleRows`. Paths are relative to the folder with Pulumi.yaml.
   */
  callbackFactory: () => LambdaHandler;
  /**
   * Memory in MiB, 128 to 10240. CPU grows with it.
   * @default 256
   */
  memorySize?: number | undefined;
  /**
   * Longest time that an invocation may take, in seconds, 1 to 900.
   * @default 30
   */
  timeout?: number | undefined;
  /**
   * Days for which logs are kept, one of the numbers that CloudWatch Logs offers.
   * @default 14
   */
  logRetentionInDays?: number | undefined;
  /** Tags for every resource that can carry tags. */
  tags?: Record<string, pulumi.Input<string>> | undefined;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * What Lambda itself needs to put a function into a VPC. These actions have no resource to restrict them to.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const networkInterfaceActions = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * A Lambda function that reaches a {@link ProxiedDatabase} through its proxy, with a security group, a role, a log group
 * and a package of its own.
 */
export class ProxyClientFunction extends pulumi.ComponentResource {
  /** The Lambda function. */
  readonly function: aws.lambda.Function;
  /** Name of the Lambda function. */
  readonly functionName: pulumi.Output<string>;

  private readonly scope: Scope;
  private readonly database: ProxiedDatabase;
  private readonly ready: pulumi.Resource[];

  /** @throws ArgumentError when an argument cannot work, before anything is created */
  constructor(name: string, args: ProxyClientFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    const { database, callbackFactory, memorySize, timeout, logRetentionInDays, tags } = normalize(name, args);
    super("lambda-rds-proxy:index:ProxyClientFunction", name, {}, opts);
    const scope = new Scope(name, this, tags);

    const group = createGroup(scope, "function", database.vpcId, `Lambda function ${name}: lets nothing in`);
    const egress = allowAllOutbound(scope, "function-to-anywhere", group.id);
    const logGroup = scope.create(aws.cloudwatch.LogGroup, "function", {
      namePrefix: `/aws/lambda/${name}-`,
      retentionInDays: logRetentionInDays,
      tags: scope.tags,
    });
    const role = scope.create(aws.iam.Role, "function", {
      description: `What the Lambda function ${name} may do`,
      assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
      tags: scope.tags,
    });
    const policy = scope.create(aws.iam.RolePolicy, "function", {
      role: role.name,
      policy: policyDocument([
        {
          Sid: "WriteLogs",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: [pulumi.interpolate`${logGroup.arn}:*`],
        },
        { Sid: "UseNetworkInterfaces", Effect: "Allow", Action: networkInterfaceActions, Resource: ["*"] },
      ]),
    });

    this.function = scope.create(
      aws.lambda.Function,
      "function",
      {
        runtime,
        handler: "index.handler",
        code: packageCallback(name, callbackFactory),
        role: role.arn,
        memorySize,
        timeout,
        environment: { variables: { ...database.environment } },
        vpcConfig: { subnetIds: database.subnetIds, securityGroupIds: [group.id] },
        // Lambda keeps a deleted function's network interfaces for up to 45 minutes; out of the way, they do not hold up
        // the deletion of the group.
        replaceSecurityGroupsOnDestroy: true,
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
        tags: scope.tags,
      },
      { dependsOn: policy },
    );
    this.functionName = this.function.name;

    this.scope = scope;
    this.database = database;
    this.ready = [
      egress,
      ...database.allowFrom(name, group.id),
      database.grantConnect(name, role.name),
      ...database.ready,
    ];
    this.registerOutputs({ functionName: this.functionName });
  }

  /**
   * Invokes the function when it is deployed: once the database can be reached, and again whenever the callback or the
   * database is another one than before.
   *
   * @param input what the callback gets as its event
   * @returns what the callback returned, parsed from JSON; a callback that throws fails the deployment
   */
  invokeOnDeploy(input: unknown = {}, opts: { dependsOn?: pulumi.Resource[] } = {}): OnDeployInvocation {
    const invocation = this.scope.create(
      aws.lambda.Invocation,
      "on-deploy",
      {
        functionName: this.functionName,
        input: JSON.stringify(input),
        triggers: { code: this.function.codeSha256, database: this.database.databaseResourceId },
      },
      { dependsOn: [...this.ready, ...(opts.dependsOn ?? [])] },
    );
    return { resource: invocation, result: invocation.result.apply((text) => JSON.parse(text) as unknown) };
  }
}

/** An invocation that is part of the deployment. */
export interface OnDeployInvocation {
  /** For what has to wait until it is over. */
  resource: pulumi.Resource;
  /** What the callback returned. */
  result: pulumi.Output<unknown>;
}

function normalize(name: string, args: ProxyClientFunctionArgs) {
  const check = new Validator(`ProxyClientFunction "${name}"`);
  if (typeof args.callbackFactory !== "function") {
    check.refuse("callbackFactory", args.callbackFactory, "it must be a function that returns the callback");
  }
  const logRetentionInDays = args.logRetentionInDays ?? 14;
  if (!logRetentions.includes(logRetentionInDays)) {
    check.refuse("logRetentionInDays", logRetentionInDays, `CloudWatch Logs offers only ${logRetentions.join(", ")}`);
  }
  return {
    database: args.database,
    callbackFactory: args.callbackFactory,
    memorySize: check.wholeNumber("memorySize", args.memorySize ?? 256, 128, 10_240, "MiB"),
    timeout: check.wholeNumber("timeout", args.timeout ?? 30, 1, 900, "seconds"),
    logRetentionInDays,
    tags: args.tags ?? {},
  };
}
