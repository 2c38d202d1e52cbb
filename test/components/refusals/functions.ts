import { type FunctionRow, untyped } from "./row";

const own = "choose another";

/** Mistakes in a function on a database with a borrow timeout of 4 seconds and the groups sg-proxy and sg-database. */
export const functionRefusals: FunctionRow[] = [
  [untyped({ database: undefined }), "database is missing", "give a ProxiedDatabase"],
  [untyped({ database: [] }), "database is 0", "a function is wired to one"],
  [{ callbackFactory: undefined }, "callbackFactory is missing", "a function that returns the callback"],
  [untyped({ callbackFactory: "./handler" }), 'callbackFactory is "./handler"', "a function that returns the callback"],
  [{ callback: () => Promise.resolve() }, 'callback is "given together with callbackFactory"', "leave out one of them"],
  [untyped({ callback: "./handler", callbackFactory: undefined }), 'callback is "./handler"', "an async function"],
  [{ user: "nobody" }, 'user is "nobody"', 'one of "admin", "reporting"'],
  [{ readOnly: true }, "readOnly is true", "set its proxy.readOnlyEndpoint"],
  [{ memorySize: 127 }, "memorySize is 127", "MiB from 128 to 10240"],
  [{ memorySize: 10_241 }, "memorySize is 10241", "MiB from 128 to 10240"],
  [{ timeout: 0 }, "timeout is 0", "seconds from 1 to 900"],
  [{ timeout: 901 }, "timeout is 901", "seconds from 1 to 900"],
  [{ timeout: 4 }, "timeout is 4", "raise timeout, or lower the database's proxy.connectionBorrowTimeout"],
  [{ environment: { DB_NAME: "other" } }, 'environment is "DB_NAME"', own],
  [{ environment: { AWS_REGION: "eu-west-1" } }, 'environment is "AWS_REGION"', own],
  [{ environment: { AWS_LAMBDA_RUNTIME_API: "host" } }, 'environment is "AWS_LAMBDA_RUNTIME_API"', own],
  [{ environment: { _HANDLER: "other" } }, 'environment is "_HANDLER"', "begin with a letter"],
  [{ environment: { "LOG-LEVEL": "DEBUG" } }, 'environment is "LOG-LEVEL"', "letters, digits and underscores"],
  [{ layers: Array.from({ length: 6 }, (_, index) => `layer-${index}`) }, "layers is 6", "five at most"],
  [untyped({ architecture: "arm" }), 'architecture is "arm"', 'one of "arm64", "x86_64"'],
  [{ reservedConcurrency: -1 }, "reservedConcurrency is -1", "containers from 0 to"],
  [{ logRetentionInDays: 8 }, "logRetentionInDays is 8", "CloudWatch Logs offers only 1, 3, 5, 7, 14"],
  [
    { deadLetterQueueArn: "arn:aws:sns:ap-northeast-1:123456789012:failed" },
    'deadLetterQueueArn is "arn:aws:sns:ap-northeast-1:123456789012:failed"',
    "an SQS queue: give its ARN",
  ],
  [{ securityGroupIds: [] }, "securityGroupIds is []", "one to five groups: leave it out for one of its own"],
  [
    { securityGroupIds: ["sg-1", "sg-2", "sg-3", "sg-4", "sg-5", "sg-6"] },
    'securityGroupIds is ["sg-1", "sg-2", "sg-3", "sg-4", "sg-5", "sg-6"]',
    "one to five groups",
  ],
  [{ securityGroupIds: ["sg-1", "sg-proxy"] }, 'securityGroupIds is ["sg-1", "sg-proxy"]', "give the function its own"],
  [{ securityGroupIds: ["sg-database"] }, 'securityGroupIds is ["sg-database"]', "give the function its own"],
  [untyped({ memory: 512 }), '"memory" is not an argument', 'did you mean "memorySize"?'],
];
