import assert from "node:assert/strict";
import {
  ProxiedDatabase,
  ProxyClientFunction,
  type ProxiedDatabaseArgs,
  type ProxyClientFunctionArgs,
} from "../../components";
import { graphOf } from "../support/graph";

const database: [ProxiedDatabaseArgs, RegExp][] = [
  [
    { vpc: { vpcId: "vpc-1", subnetIds: ["subnet-1"] } },
    /vpc\.subnetIds is \["subnet-1"\], but RDS Proxy needs two or more/,
  ],
  [
    { database: { engineVersion: "5.7" } },
    /database\.engineVersion is "5\.7", but RDS Proxy works with RDS for MySQL 8\.0 and 8\.4/,
  ],
  [
    { database: { instanceClass: "t4g.micro" } },
    /database\.instanceClass is "t4g\.micro", but it must be a class such as "db\.t4g\.micro"/,
  ],
  [
    { database: { allocatedStorage: 5 } },
    /database\.allocatedStorage is 5, but it must be a whole number of GiB from 20 to 65536/,
  ],
  [{ databaseName: "1st" }, /databaseName is "1st", but it must begin with a letter/],
  [{ username: "a-b" }, /username is "a-b", but it must begin with a letter/],
  [{ durability: "eternal" as "durable" }, /durability is "eternal", but it must be one of "disposable", "durable"/],
  [{ proxy: { maxConnectionsPercent: 0 } }, /proxy\.maxConnectionsPercent is 0, but .* percent from 1 to 100/],
  [
    { proxy: { maxConnectionsPercent: 40, maxIdleConnectionsPercent: 50 } },
    /maxIdleConnectionsPercent is 50, but .* from 0 to 40/,
  ],
  [{ proxy: { connectionBorrowTimeout: 301 } }, /connectionBorrowTimeout is 301, but .* seconds from 0 to 300/],
  [{ proxy: { idleClientTimeout: 0.5 } }, /idleClientTimeout is 0\.5, but .* whole number of seconds from 1 to 28800/],
];

const lambda: [Partial<ProxyClientFunctionArgs>, RegExp][] = [
  [{ memorySize: 64 }, /ProxyClientFunction "read": memorySize is 64, but .* MiB from 128 to 10240/],
  [{ timeout: 901 }, /timeout is 901, but .* seconds from 1 to 900/],
  [{ logRetentionInDays: 8 }, /logRetentionInDays is 8, but CloudWatch Logs offers only 1, 3, 5, 7, 14/],
  [{ callbackFactory: undefined }, /callbackFactory is missing, but it must be a function that returns the callback/],
];

describe("arguments that cannot work are refused in one sentence, before anything is registered:", () => {
  for (const [args, message] of database) {
    it(`ProxiedDatabase with ${JSON.stringify(args)}`, async () => {
      const graph = await graphOf(() => {
        assert.throws(() => new ProxiedDatabase("sample", args), { name: "ArgumentError", message });
        return {};
      });
      assert.deepEqual(graph.resources, []);
    });
  }

  for (const [args, message] of lambda) {
    it(`ProxyClientFunction with ${Object.keys(args).join(", ")} ${JSON.stringify(args)}`, async () => {
      const graph = await graphOf(() => {
        const database = new ProxiedDatabase("sample");
        const complete = { database, callbackFactory: () => () => Promise.resolve([]), ...args };
        assert.throws(() => new ProxyClientFunction("read", complete), { name: "ArgumentError", message });
        return {};
      });
      assert.deepEqual(graph.all("lambda-rds-proxy:index:ProxyClientFunction"), []);
    });
  }
});
