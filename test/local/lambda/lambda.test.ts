import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { Account } from "../../../local/account";
import type { FunctionConfiguration } from "../../../local/lambda";
import { eventually, variablesOfCoverage } from "../support";

const region = "ap-northeast-1";
const roleArn = "arn:aws:iam::123456789012:role/function";
const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };

describe("the Lambda runtime", () => {
  let account: Account;
  const logs: string[] = [];

  before(async () => {
    account = await Account.open(region, (line) => logs.push(line));
    account.iam.createRole("function", roleArn, JSON.stringify({ Statement: trust }));
  });
  after(() => account.close());

  /** Deploys a function with this code as its index.js. */
  async function deploy(name: string, code: string, overrides: Partial<FunctionConfiguration> = {}): Promise<void> {
    await account.lambda.deploy({
      name,
      arn: account.arn("lambda", `function:${name}`),
      handler: "index.handler",
      runtime: "nodejs24.x",
      roleArn,
      timeout: 5,
      memorySize: 128,
      reservedConcurrency: -1,
      variables: {},
      logGroup: `/aws/lambda/${name}`,
      networkInterface: undefined,
      files: new Map([["index.js", Buffer.from(code)]]),
      ...overrides,
    });
  }

  /** Invokes a function and returns its result. Throws an error that Lambda reports. */
  async function invoke(name: string, event: unknown = {}): Promise<unknown> {
    const outcome = await account.lambda.invoke(name, JSON.stringify(event));
    if ("error" in outcome) throw Object.assign(new Error(outcome.error.errorMessage), outcome.error);
    return JSON.parse(outcome.result);
  }

  const counter = `let count = 0; exports.handler = async (event) => ({ pid: process.pid, count: ++count, event });`;

  it("starts a container for the first invocation, and keeps the container and its state for the next one", async () => {
    await deploy("warm", counter);
    const first = (await invoke("warm", { a: 1 })) as { pid: number };
    assert.deepEqual(first, { pid: first.pid, count: 1, event: { a: 1 } });
    assert.deepEqual(await invoke("warm", "text"), { pid: first.pid, count: 2, event: "text" });
    assert.notEqual(first.pid, process.pid);
  });

  it("runs one invocation at a time in a container, and as many containers as it needs", async () => {
    await deploy("busy", counter);
    const results = (await Promise.all([invoke("busy"), invoke("busy")])) as { pid: number; count: number }[];
    assert.deepEqual(
      results.map(({ count }) => count),
      [1, 1],
    );
    assert.equal(new Set(results.map(({ pid }) => pid)).size, 2);
  });

  it("throttles invocations while all reserved containers are busy, and all invocations when no container is reserved", async () => {
    await deploy("reserved", counter, { reservedConcurrency: 1 });
    const [first, second] = await Promise.allSettled([invoke("reserved"), invoke("reserved")]);
    assert.equal(first.status, "fulfilled");
    assert.equal(second.status === "rejected" && second.reason.errorType, "TooManyRequestsException");
    assert.equal(((await invoke("reserved")) as { count: number }).count, 2);
    await deploy("off", counter, { reservedConcurrency: 0 });
    await assert.rejects(invoke("off"), { errorType: "TooManyRequestsException", message: "Rate Exceeded." });
  });

  it("gives the function its variables and Lambda's own, and none of this machine's", async () => {
    await deploy("environment", "exports.handler = async () => process.env;", { variables: { DB_NAME: "test" } });
    const environment = (await invoke("environment")) as Record<string, string>;
    assert.deepEqual(Object.keys(environment).sort(), [
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_NAME",
      "AWS_LAMBDA_FUNCTION_VERSION",
      "AWS_LAMBDA_INITIALIZATION_TYPE",
      "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_STREAM_NAME",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "DB_NAME",
      "HOME",
      "LAMBDA_TASK_ROOT",
      "LANG",
      "NODE_EXTRA_CA_CERTS",
      ...variablesOfCoverage,
      "TMPDIR",
      "TZ",
      "_HANDLER",
    ]);
    const { AWS_REGION, AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE, HOME } = environment;
    assert.deepEqual(
      [AWS_REGION, AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE],
      [region, "environment", "128"],
    );
    assert.ok(HOME?.startsWith(account.reaper.folder));
    assert.equal(
      account.iam.session(environment.AWS_ACCESS_KEY_ID ?? "")?.secretAccessKey,
      environment.AWS_SECRET_ACCESS_KEY,
    );
  });

  it("passes Lambda's context, with the remaining time", async () => {
    const code = `exports.handler = async (_event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });`;
    await deploy("context", code);
    const context = (await invoke("context")) as Record<string, unknown>;
    assert.equal(context.functionName, "context");
    assert.equal(context.invokedFunctionArn, `arn:aws:lambda:${region}:123456789012:function:context`);
    assert.equal(context.memoryLimitInMB, "128");
    assert.match(String(context.awsRequestId), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.ok(Number(context.left) > 3_000 && Number(context.left) <= 5_000, String(context.left));
  });

  it("freezes a container between two invocations", async () => {
    await deploy("frozen", `setInterval(() => undefined, 10); ${counter}`);
    const { pid } = (await invoke("frozen")) as { pid: number };
    const state = () => /\) (\w) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
    await eventually(() => state() === "T");
    assert.equal(((await invoke("frozen")) as { pid: number }).pid, pid);
  });

  it("ends a container whose time is over, and starts another one for the next invocation", async () => {
    const code = `exports.handler = async (wait) => wait ? new Promise(() => setInterval(() => {}, 1000)) : process.pid;`;
    await deploy("slow", code, { timeout: 1 });
    const before = await invoke("slow", false);
    await assert.rejects(invoke("slow", true), {
      errorType: "Sandbox.Timedout",
      message: /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/,
    });
    assert.notEqual(await invoke("slow", false), before);
  });

  it("ends a container that needs more memory than it has", async () => {
    const code = `exports.handler = async () => { const all = []; for (;;) all.push(new Array(100000).fill(all.length)); };`;
    await deploy("hungry", code, { timeout: 20 });
    await assert.rejects(invoke("hungry"), {
      errorType: "Runtime.ExitError",
      message: /Runtime exited with error: signal: killed/,
    });
  });

  for (const [title, code, error] of [
    [
      "that the callback throws",
      "exports.handler = async () => { throw new TypeError('wrong'); };",
      { errorType: "TypeError", errorMessage: "wrong", trace: /^TypeError: wrong, +at .*exports\.handler/ },
    ],
    [
      "that is a text which the callback throws",
      "exports.handler = async () => { throw 'text'; };",
      { errorType: "string", errorMessage: "text" },
    ],
    [
      "of the process that exits",
      "exports.handler = () => process.exit(3);",
      { errorType: "Runtime.ExitError", errorMessage: /exit status 3/ },
    ],
    [
      "of code that cannot be loaded",
      "throw new RangeError('at load');",
      { errorType: "RangeError", errorMessage: "at load" },
    ],
    ["of code that is not JavaScript", "exports.handler = (", { errorType: /SyntaxError/ }],
    [
      "of a handler that does not exist",
      "exports.other = 1;",
      { errorType: "Runtime.HandlerNotFound", errorMessage: /index\.handler is undefined or not exported/ },
    ],
  ] as const) {
    it(`reports the error ${title} in Lambda's shape`, async () => {
      await deploy("failing", code);
      const outcome = await account.lambda.invoke("failing", "{}");
      assert.ok("error" in outcome, JSON.stringify(outcome));
      const reported: Record<string, unknown> = { ...outcome.error };
      for (const [key, expected] of Object.entries(error as Record<string, string | RegExp>)) {
        const actual = String(reported[key]);
        if (typeof expected === "string") assert.equal(actual, expected);
        else assert.match(actual, expected);
      }
    });
  }

  it("logs the lines that the function writes, under its log group", async () => {
    await deploy("logging", "exports.handler = async () => { console.log('a line'); console.error('another'); };");
    assert.equal(await invoke("logging"), null);
    await eventually(
      () => logs.includes("/aws/lambda/logging: a line") && logs.includes("/aws/lambda/logging: another"),
    );
  });

  it("does not run a function whose role Lambda may not assume, or that does not exist", async () => {
    await assert.rejects(deploy("no-role", counter, { roleArn: `${roleArn}x` }), /There is no role/);
    await assert.rejects(invoke("nobody"), /Function not found: nobody\. The account has: .*warm/);
  });

  it("unpacks files of a package into their folders", async () => {
    const files = new Map(
      Object.entries({
        "lib/value.js": "module.exports = 42;",
        "main.js": "exports.run = async () => require('./lib/value');",
      }),
    );
    await deploy("packed", "", {
      files: new Map([...files].map(([name, text]) => [name, Buffer.from(text)])),
      handler: "main.run",
    });
    assert.equal(await invoke("packed"), 42);
  });

  describe("in a VPC", () => {
    /** Tries to connect, and returns the outcome after 300 ms at most. */
    const connect = `
      const net = require("node:net");
      exports.handler = ([host, port]) => new Promise((resolve) => {
        const socket = net.connect(port, host);
        socket.on("data", (data) => resolve("read " + data));
        socket.on("error", (error) => resolve(error.code));
        socket.setTimeout(300, () => resolve("no answer"));
        socket.write("hello");
      });`;
    const databaseHost = `db.abc.${region}.rds.amazonaws.com`;
    const server = createServer((socket) => socket.pipe(socket));

    before(async () => {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const { network } = account;
      const subnet = { id: "subnet-1", vpcId: "vpc-1", availabilityZone: `${region}a`, cidrBlock: "10.0.0.0/24" };
      network.subnets.set("subnet-1", { ...subnet, hasWayOut: false });
      for (const id of ["sg-open", "sg-closed"]) network.securityGroups.set(id, { id, name: id, vpcId: "vpc-1" });
      const everything = { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0", securityGroupId: "sg-open" };
      network.rules.set("out", { ...everything, direction: "outbound" });
      network.rules.set("in", { ...everything, direction: "inbound" });
      network.name(databaseHost, network.attach(["subnet-1"], ["sg-open"]));
      network.listen(databaseHost, 3306, { host: "127.0.0.1", port });
      await deploy("inside", connect, { networkInterface: network.attach(["subnet-1"], ["sg-open"]) });
      await deploy("closed", connect, { networkInterface: network.attach(["subnet-1"], ["sg-closed"]) });
      await deploy("outside", connect);
    });
    after(() => server.close());

    it("connects to a host of the VPC by its name", async () => {
      assert.equal(await invoke("inside", [databaseHost, 3306]), "read hello");
    });

    it("gets no answer when the security groups do not let it through, and the log says why", async () => {
      assert.equal(await invoke("closed", [databaseHost, 3306]), "no answer");
      const reason = logs.find((line) => line.startsWith("/aws/lambda/closed: network:"));
      assert.match(reason ?? "", /security group sg-closed "sg-closed" has no outbound rule for tcp 3306/);
    });

    it("is refused at a port without a listener", async () => {
      assert.equal(await invoke("inside", [databaseHost, 3307]), "ECONNREFUSED");
    });

    it("finds neither hosts outside the VPC nor this machine's servers", async () => {
      const { port } = server.address() as AddressInfo;
      assert.equal(await invoke("inside", ["example.com", 443]), "ENOTFOUND");
      assert.equal(await invoke("inside", ["127.0.0.1", port]), "ECONNREFUSED");
      assert.equal(await invoke("inside", ["localhost", port]), "ECONNREFUSED");
    });

    it("reaches the VPC from nowhere else", async () => {
      assert.equal(await invoke("outside", [databaseHost, 3306]), "no answer");
    });
  });
});
