import type { Session } from "../iam";
import { perform, ServiceError } from "../secretsManager";
import type { Services } from "./services";
import type { Answer } from "./xml";

type Input = Record<string, unknown>;

/** CloudWatch: the values of this moment, whatever the statistic and the time that are asked for. */
export const cloudWatch: Record<string, (input: Input, account: Services) => Answer> = {
  GetMetricData: ({ MetricDataQueries: queries }, account) => ({
    MetricDataResults: (queries as MetricQuery[]).map(({ Id, MetricStat: { Metric: metric } }) => {
      const value = metricOf(metric, account);
      return {
        Id,
        StatusCode: "Complete",
        Timestamps: value === undefined ? [] : [Date.now() / 1000],
        Values: value === undefined ? [] : [value],
      };
    }),
  }),
};

interface MetricQuery {
  Id: string;
  MetricStat: { Metric: { MetricName: string; Dimensions: { Name: string; Value: string }[] } };
}

function metricOf({ MetricName: name, Dimensions: [first] }: MetricQuery["MetricStat"]["Metric"], account: Services) {
  const { Name: dimension = "", Value: value = "" } = first ?? {};
  if (dimension === "ProxyName") return account.rds.proxies.get(value)?.proxy.metrics()[name];
  if (dimension === "FunctionName" && name === "ConcurrentExecutions") return account.lambda.describe(value)?.peak;
  return undefined;
}

/** CloudWatch Logs: the last lines of each group. */
export const logs: Record<string, (input: Input, account: Services) => Answer> = {
  FilterLogEvents: ({ logGroupName, filterPattern = "", startTime = 0 }, account) => {
    const words = [...String(filterPattern).matchAll(/\?"?([^\s"]+)"?/g)].map(([, word = ""]) => word);
    const events = account.logGroups.get(String(logGroupName));
    if (events === undefined) {
      throw new ServiceError("ResourceNotFoundException", "The specified log group does not exist.");
    }
    return {
      events: events
        .filter(({ timestamp, message }) => {
          return timestamp >= Number(startTime) && (words.length === 0 || words.some((word) => message.includes(word)));
        })
        .map(({ timestamp, message }) => ({ timestamp, message })),
    };
  },
};

/** Lambda's operations, by what comes after the function's name in their paths. */
export const lambda: Record<string, (functionName: string, account: Services) => Answer> = {
  configuration: (functionName, account) => {
    const { configuration } = describedFunction(functionName, account);
    const { name, arn, roleArn, networkInterface, variables, timeout, memorySize, logGroup } = configuration;
    return {
      FunctionName: name,
      FunctionArn: arn,
      Role: roleArn,
      Timeout: timeout,
      MemorySize: memorySize,
      State: "Active",
      LastUpdateStatus: "Successful",
      Environment: { Variables: variables },
      LoggingConfig: { LogGroup: logGroup },
      VpcConfig: networkInterface && {
        VpcId: networkInterface.vpcId,
        SubnetIds: networkInterface.subnetIds,
        SecurityGroupIds: networkInterface.securityGroupIds,
      },
    };
  },
  concurrency: (functionName, account) => {
    const { reservedConcurrency } = describedFunction(functionName, account).configuration;
    return reservedConcurrency < 0 ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  },
};

function describedFunction(name: string, account: Services) {
  const found = account.lambda.describe(name);
  if (found !== undefined) return found;
  throw new ServiceError(
    "ResourceNotFoundException",
    `Function not found: ${account.arn("lambda", `function:${name}`)}`,
  );
}

type SecretsOperation = (input: Input, account: Services, reader: Session) => object | Promise<object>;

const secretsOperation =
  (name: string): SecretsOperation =>
  (input, account, reader) =>
    perform(account.secretsManager, `secretsmanager.${name}`, Buffer.from(JSON.stringify(input)), reader);

/** Secrets Manager's own endpoint answers with the rights of whoever asks. */
export const secretsManager: Record<string, SecretsOperation> = {
  DescribeSecret: secretsOperation("DescribeSecret"),
  GetSecretValue: secretsOperation("GetSecretValue"),
};
