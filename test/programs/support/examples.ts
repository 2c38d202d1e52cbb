import { join } from "node:path";

export const root = join(__dirname, "../../..");

export const folderOf = (name: string): string => join(root, "examples", name);

const customers = '[{"customer":"hanako","total":"20.00"},{"customer":"taro","total":"15.00"}]';
const spenders = '[{"customer":"hanako","spent":"20.00"},{"customer":"taro","spent":"15.00"}]';

/** The examples that are one program each, with the last line that they print on the stand-in, what else they print, and the warnings of a preview. */
export const examples: { name: string; lastLine: string | RegExp; output?: RegExp; warnings?: string[] }[] = [
  { name: "smallest", lastLine: '[{"greeting":"hello"}]' },
  { name: "existing-vpc", lastLine: customers },
  { name: "existing-database", lastLine: customers },
  { name: "aurora-iam-readers", lastLine: customers },
  {
    name: "users-and-migrations",
    lastLine: /"customer":"jiro","total":"7.50","paid":1}]$/,
    output: /^ {2}refused +ER_COLUMNACCESS_DENIED_ERROR$/m,
  },
  { name: "http-api", lastLine: /^{"statusCode":201,/ },
  { name: "kysely", lastLine: spenders },
  { name: "drizzle", lastLine: spenders },
  { name: "ecs-worker", lastLine: /./, output: /DB_ENDPOINT/ },
  {
    name: "article",
    lastLine: '[[1,"taro"],[2,"hanako"]]',
    warnings: [
      "proxy.debugLogging writes every statement to CloudWatch, values included; AWS switches it off after 24 hours.",
    ],
  },
];
