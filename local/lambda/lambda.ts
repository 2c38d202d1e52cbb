import { createHash, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Iam } from "../iam";
import type { Network, NetworkInterface } from "../network";
import type { Reaper } from "../reaper";
import { Container, type Outcome } from "./container";

/** A function as the program configured it. */
export interface FunctionConfiguration {
  name: string;
  arn: string;
  handler: string;
  runtime: string;
  roleArn: string;
  /** Seconds. */
  timeout: number;
  /** MiB. */
  memorySize: number;
  /** How many containers the function may have at most; -1 for no limit. */
  reservedConcurrency: number;
  variables: Record<string, string>;
  logGroup: string;
  networkInterface: NetworkInterface | undefined;
  /** The package: file names and contents. */
  files: Map<string, Buffer>;
}

/** The parts of the account that functions need. */
export interface LambdaOptions {
  region: string;
  /** The folder for unpacked packages. */
  folder: string;
  /** Certificate, as PEM, of the authority that takes the place of Amazon's. */
  authority: string;
  reaper: Reaper;
  network: Network;
  iam: Iam;
  /** Writes a line into a log group. */
  log: (group: string, line: string) => void;
}

/** A statement in a function's own policy: which service may invoke it, and on behalf of what. */
export interface Permission {
  functionName: string;
  principal: string;
  sourceArn: string | undefined;
}

/** An invocation that has ended. */
export interface Invocation {
  /** Milliseconds since 1970. */
  at: number;
  /** How long it took, with the start of the container. */
  milliseconds: number;
  /** Whether it started a container. */
  cold: boolean;
  outcome: Outcome;
}

/** How many of its last invocations a function remembers. */
const remembered = 8;

interface DeployedFunction {
  configuration: FunctionConfiguration;
  environment: Record<string, string>;
  taskRoot: string;
  /** Containers that wait for an invocation. */
  idle: Container[];
  all: Set<Container>;
  /** How many containers have been busy at the same time. */
  peak: number;
  /** The last invocations, the newest first. */
  invocations: Invocation[];
}

/**
 * Lambda's answer when all containers that the function may have are busy.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
const throttled = { errorType: "TooManyRequestsException", errorMessage: "Rate Exceeded." };

/** The functions of the account, and their containers. */
export class Lambda {
  private readonly functions = new Map<string, DeployedFunction>();
  /** Containers of functions that have changed since they started. */
  private readonly retiring = new Set<Container>();
  /** What services may invoke, by the permissions' ids. */
  readonly permissions = new Map<string, Permission>();
  private authorityFile: Promise<string> | undefined;

  constructor(private readonly options: LambdaOptions) {}

  /** Names of all functions. */
  get names(): string[] {
    return [...this.functions.keys()];
  }

  /**
   * Creates a function, or gives the function of that name other code or another configuration. Invocations that run go on
   * in their old containers, and the next one starts a new container.
   *
   * @throws Error when the role does not let Lambda assume it
   */
  async deploy(configuration: FunctionConfiguration): Promise<void> {
    const taskRoot = await mkdtemp(join(this.options.folder, "task-"));
    for (const [file, content] of configuration.files) {
      await mkdir(dirname(join(taskRoot, file)), { recursive: true });
      await writeFile(join(taskRoot, file), content);
    }
    const environment = await this.environmentOf(configuration, taskRoot);
    const replaced = this.functions.get(configuration.name);
    this.functions.set(configuration.name, {
      configuration,
      environment,
      taskRoot,
      idle: [],
      all: new Set(),
      peak: 0,
      invocations: replaced?.invocations ?? [],
    });
    if (replaced === undefined) return;
    this.release(replaced);
    for (const container of replaced.all) this.retiring.add(container);
    await Promise.all(replaced.idle.map((container) => this.retire(container)));
  }

  async delete(name: string): Promise<void> {
    const deployed = this.functions.get(name);
    if (deployed === undefined) return;
    this.functions.delete(name);
    this.release(deployed);
    await Promise.all([...deployed.all].map((container) => container.kill()));
  }

  async close(): Promise<void> {
    await Promise.all(this.names.map((name) => this.delete(name)));
    await Promise.all([...this.retiring].map((container) => this.retire(container)));
  }

  private async retire(container: Container): Promise<void> {
    await container.kill();
    this.retiring.delete(container);
  }

  /** On AWS the interface stays for 20 minutes and more. Here it goes at once. */
  private release({ configuration }: DeployedFunction): void {
    this.options.network.interfaces.release(configuration.networkInterface);
  }

  /** A function as it is now, or undefined if there is none of this name. */
  describe(name: string): Readonly<DeployedFunction> | undefined {
    return this.functions.get(name);
  }

  /**
   * Invokes a function and waits for its result. Uses a warm container if there is one.
   *
   * @throws Error when the function does not exist
   */
  async invoke(name: string, event: string): Promise<Outcome> {
    const deployed = this.functions.get(name);
    if (deployed === undefined) {
      throw new Error(`Function not found: ${name}. The account has: ${this.names.join(", ") || "none"}.`);
    }
    const { configuration, all, idle } = deployed;
    if (all.size - idle.length === configuration.reservedConcurrency) return { error: throttled };
    const container = idle.pop() ?? new Container(this.containerOptions(deployed));
    const [at, cold] = [Date.now(), !container.isAlive];
    const outcome = await this.invokeIn(container, deployed, event);
    deployed.invocations.unshift({ at, milliseconds: Date.now() - at, cold, outcome });
    deployed.invocations.splice(remembered);
    return outcome;
  }

  private async invokeIn(container: Container, deployed: DeployedFunction, event: string): Promise<Outcome> {
    const { configuration, all, idle } = deployed;
    if (!container.isAlive) {
      all.add(container);
      const error = await container.start();
      if (error !== undefined) {
        all.delete(container);
        return { error };
      }
    }
    deployed.peak = Math.max(deployed.peak, all.size - idle.length);
    const outcome = await container.invoke(
      event,
      contextOf(configuration, deployed.environment),
      configuration.timeout,
    );
    if (this.retiring.has(container)) await this.retire(container);
    else if (container.isAlive) idle.push(container);
    else all.delete(container);
    return outcome;
  }

  /**
   * Invokes a function for a service of AWS.
   *
   * @param arn the function's
   * @param source ARN of what the service does it for
   * @throws Error when the function's policy does not let the service do that, or the function fails
   */
  async invokeFor(service: string, arn: string, source: string, event: object): Promise<void> {
    const name = arn.split(":").at(-1) ?? "";
    const isAllowed = [...this.permissions.values()].some(
      ({ functionName, principal, sourceArn = source }) =>
        [name, arn].includes(functionName) && principal === service && sourceArn === source,
    );
    if (!isAllowed) throw new Error(`AccessDeniedException: ${service} may not invoke ${name} for ${source}.`);
    const outcome = await this.invoke(name, JSON.stringify(event));
    if ("error" in outcome) throw new Error(`${name} has failed: ${JSON.stringify(outcome.error)}`);
  }

  private containerOptions({ configuration, environment, taskRoot }: DeployedFunction) {
    const { network, reaper, log } = this.options;
    return {
      taskRoot,
      environment,
      memorySize: configuration.memorySize,
      network,
      networkInterface: configuration.networkInterface,
      reaper,
      log: (line: string) => {
        log(configuration.logGroup, line);
      },
    };
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
  private async environmentOf(configuration: FunctionConfiguration, taskRoot: string): Promise<Record<string, string>> {
    const { iam, region } = this.options;
    const session = iam.assumeRole(configuration.roleArn, "lambda.amazonaws.com", configuration.name);
    return {
      ...configuration.variables,
      _HANDLER: configuration.handler,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: configuration.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memorySize),
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomUUID()}`,
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
      LAMBDA_TASK_ROOT: taskRoot,
      // Lambda does not set the last three. With another home folder the AWS SDK does not find this machine's
      // configuration.
      HOME: taskRoot,
      // The reaper deletes this folder, and the function's temporary files with it.
      TMPDIR: taskRoot,
      // On AWS, Node knows the roots of the servers' certificates already.
      NODE_EXTRA_CA_CERTS: await this.writeAuthority(),
    };
  }

  private writeAuthority(): Promise<string> {
    const file = join(this.options.folder, "authority.pem");
    return (this.authorityFile ??= writeFile(file, this.options.authority).then(() => file));
  }
}

function contextOf(configuration: FunctionConfiguration, environment: Record<string, string>) {
  return {
    functionName: configuration.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: configuration.arn,
    memoryLimitInMB: String(configuration.memorySize),
    awsRequestId: randomUUID(),
    logGroupName: configuration.logGroup,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME ?? "",
    deadline: Date.now() + configuration.timeout * 1000,
  };
}

/** The package's CodeSha256. Lambda computes it from the zip, the stand-in from the files. */
export function codeSha256(files: Map<string, Buffer>): string {
  const hash = createHash("sha256");
  for (const [name, content] of [...files].sort(([a], [b]) => a.localeCompare(b))) hash.update(name).update(content);
  return hash.digest("base64");
}
