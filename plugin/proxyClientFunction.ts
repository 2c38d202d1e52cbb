import * as pulumi from "@pulumi/pulumi";
import * as rich from "lambda-rds-proxy";

/** Arguments of ProxyClientFunction. Those of the database are the outputs of a ProxiedDatabase, under the same names. */
export interface ProxyClientFunctionArgs {
  /** The function's files: a folder or a zip file. */
  code: pulumi.Input<pulumi.asset.Archive>;
  /** The function in it that Lambda calls, such as "index.handler". */
  handler: string;
  /** What Lambda runs it with, such as "python3.13". */
  runtime: string;
  /** Id of the VPC. */
  vpcId: pulumi.Input<string>;
  /** Subnets for the function. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Host name that the function connects to: proxyEndpoint, or readOnlyEndpoint. */
  proxyEndpoint: pulumi.Input<string>;
  /** ARN of the proxy. */
  proxyArn: pulumi.Input<string>;
  /** Security group of the proxy. */
  proxySecurityGroupId: pulumi.Input<string>;
  /** ARN of the user's secret. Needed unless auth is an IAM mode. */
  secretArn?: pulumi.Input<string>;
  /** Security group of the endpoint for Secrets Manager, if there is one. */
  secretsManagerSecurityGroupId?: pulumi.Input<string>;
  /** How functions log in, as the database has it. Default: "password". */
  auth?: string;
  /** Database user. Default: "app". */
  user?: string;
  /** Database (schema) to work in, as the database has it. Default: "test". */
  databaseName?: string;
  /** Seconds that a client waits for a connection, as the database has it. Default: 4. */
  connectionBorrowTimeout?: number;
  /** Memory in MiB, 128 to 10240. Default: 256. */
  memorySize?: number;
  /** Longest time that an invocation may take, in seconds, 1 to 900. Default: 30. */
  timeout?: number;
  /** "arm64" or "x86_64". Default: "arm64". */
  architecture?: string;
  /** Further variables for the function's environment. */
  environment?: Record<string, pulumi.Input<string>>;
  /** Whether to invoke the function in each deployment that changes it, with an empty event. Default: false. */
  invokeOnDeploy?: boolean;
  /** "all" or "needed": what the function may send. Default: "all". */
  egress?: string;
  /** Tags for every resource that can carry tags. */
  tags?: Record<string, string>;
}

/** A Lambda function that reaches a database through its proxy, with a security group, role and log group of its own. */
export class ProxyClientFunction extends pulumi.ComponentResource {
  /** Name of the Lambda function. */
  readonly functionName: pulumi.Output<string>;
  /** ARN of the Lambda function. */
  readonly functionArn: pulumi.Output<string>;
  /** What the invocation returned, as JSON; "null" without invokeOnDeploy. */
  readonly result: pulumi.Output<string>;

  constructor(name: string, args: ProxyClientFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-rds-proxy:index:ProxyClientFunction", name, args, opts);
    const { code, handler, runtime, user = "app", auth = "password" } = args;
    const database = rich.ProxiedDatabase.fromAttributes(
      `${name}-database`,
      {
        auth: auth as rich.AuthMode,
        databaseName: args.databaseName ?? "test",
        defaultUser: user,
        users: { [user]: { secretArn: args.secretArn } },
        connectionBorrowTimeout: args.connectionBorrowTimeout ?? 4,
        vpcId: args.vpcId,
        subnetIds: args.subnetIds,
        ipv6: false,
        proxyArn: args.proxyArn,
        proxyEndpoint: args.proxyEndpoint,
        proxySecurityGroupId: args.proxySecurityGroupId,
        // Nothing of the database itself is for a client.
        databaseSecurityGroupId: "",
        secretsManagerSecurityGroupId: args.secretsManagerSecurityGroupId,
        databaseResourceId: args.proxyArn,
      },
      { parent: this },
    );
    const own = new rich.ProxyClientFunction(
      name,
      {
        database,
        code: { archive: code, handler, runtime },
        memorySize: args.memorySize,
        timeout: args.timeout,
        architecture: args.architecture as "arm64" | undefined,
        environment: args.environment,
        egress: args.egress as rich.Egress | undefined,
        tags: args.tags,
      },
      { parent: this },
    );
    this.functionName = own.functionName;
    this.functionArn = own.function.arn;
    this.result = args.invokeOnDeploy ? pulumi.jsonStringify(own.invokeOnDeploy().result) : pulumi.output("null");
    this.registerOutputs({ functionName: this.functionName, functionArn: this.functionArn, result: this.result });
  }
}
