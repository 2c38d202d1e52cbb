import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type ConnectableDatabase, environmentOf } from "./access/attributes";
import { Scope } from "./base/scope";
import { normalize, type ProxyClientFunctionArgs } from "./function/arguments";
import { needsOfClient } from "./function/groups";
import { createLambda } from "./function/lambda";
import { givenPackage, packageCallback } from "./function/packaging";
import { createWaysIn } from "./function/waysIn";

/**
 * A Lambda function that reaches a database through its proxy. It has its own security group, role, log group and package.
 */
export class ProxyClientFunction extends pulumi.ComponentResource {
  /** The Lambda function. */
  readonly function: aws.lambda.Function;
  /** Name of the Lambda function. */
  readonly functionName: pulumi.Output<string>;
  /** Its HTTPS address, if it was asked for. */
  readonly url: pulumi.Output<string> | undefined;
  /** Its security groups. */
  readonly securityGroupIds: pulumi.Input<string>[];
  /** Name of its role. */
  readonly roleName: pulumi.Input<string>;

  private readonly scope: Scope;
  private readonly database: ConnectableDatabase;
  private readonly ready: pulumi.Resource[];
  private readonly codeHash: pulumi.Output<string>;

  /** @throws ArgumentError when an argument cannot work, before anything is created */
  constructor(name: string, args: ProxyClientFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = normalize(name, args);
    super("lambda-rds-proxy:index:ProxyClientFunction", name, {}, opts);
    const scope = new Scope(name, this, settings.tags, settings.overrides, settings.permissionsBoundary);
    const { database } = settings;

    const lambda = createLambda(scope, settings, {
      code: settings.code === undefined ? packageCallback(name, settings, settings) : givenPackage(settings.code),
      variables: { ...settings.environment, ...environmentOf(database.attributes, settings) },
      needs: needsOfClient(database.attributes, settings.user),
    });
    const { roleName, securityGroupIds } = lambda;

    this.function = lambda.function;
    this.codeHash = lambda.codeHash;
    this.functionName = this.function.name;
    this.url = createWaysIn(scope, settings, this.function);
    this.securityGroupIds = securityGroupIds;
    this.roleName = roleName;
    this.scope = scope;
    this.database = database;
    this.ready = [
      ...lambda.egress,
      ...securityGroupIds.flatMap((id, index) => database.allowFrom(index === 0 ? name : `${name}-${index + 1}`, id)),
      database.grantConnect(name, roleName, settings.user),
      ...database.ready,
    ];
    scope.checkOverrides([aws.lambda.Invocation]);
    this.registerOutputs({ functionName: this.functionName });
  }

  /**
   * Invokes the function when it is deployed: as soon as it can reach the database, and again whenever the callback changes
   * or the database is replaced.
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
        triggers: { code: this.codeHash, database: this.database.attributes.databaseResourceId },
      },
      { dependsOn: [...this.ready, ...(opts.dependsOn ?? [])] },
    );
    return { resource: invocation, result: invocation.result.apply((text) => JSON.parse(text) as unknown) };
  }
}

/** An invocation that is part of the deployment. */
export interface OnDeployInvocation {
  /** The invocation, for resources that have to wait until it is over. */
  resource: pulumi.Resource;
  /** What the callback returned. */
  result: pulumi.Output<unknown>;
}
