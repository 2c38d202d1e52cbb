import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ConfigMap,
  type EngineEvent,
  LocalWorkspace,
  type OutputMap,
  type PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { Connection } from "../../../local/cli/connection";
import { cliEnvironment } from "../../../local/cli/environment";
import { WorkFolder } from "../../../local/cli/workFolder";
import { pulumiCommand } from "./cli";

const checkout = join(__dirname, "../../..");
const project = "lambda-rds-proxy";

/** What an operation does to resources that do not stay the same, such as `update aws:rds/proxy:Proxy sample-proxy`. */
export type Steps = string[];

/** What stacks on one stand-in share. */
interface Place {
  command: PulumiCommand;
  folder: string;
  connection: Connection;
  workFolder: WorkFolder;
}

/** A stack on Pulumi's real engine, with the stand-in in AWS's place. The program runs inline, so no language host is needed. */
export class LocalStack {
  private constructor(
    /** The program. A test may put another one in its place. */
    public program: PulumiFn,
    readonly folder: string,
    readonly connection: Connection,
    readonly stack: Stack,
    private readonly workFolder: WorkFolder,
    private readonly command: PulumiCommand,
  ) {}

  /**
   * Starts a stand-in and creates an empty stack. Undefined on a machine without the Pulumi CLI.
   *
   * @param programFolder where the stand-in finds the program's packages, and files that are part of a resource
   */
  static async open(
    program: PulumiFn,
    config: Record<string, string> = {},
    programFolder = checkout,
  ): Promise<LocalStack | undefined> {
    const command = await pulumiCommand();
    if (command === undefined) return undefined;
    const folder = await mkdtemp(join(tmpdir(), "pulumi-test-"));
    let connection: Connection | undefined;
    try {
      const workFolder = await WorkFolder.open(folder, project);
      connection = await Connection.findOrStart(folder, workFolder.logFile, programFolder);
      return await LocalStack.create("test", program, config, { command, folder, connection, workFolder });
    } catch (error) {
      await connection?.order({ order: "stop" });
      await connection?.ended();
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** Creates another stack of the same project, with the same stand-in. Close only the first one. */
  beside(name: string, program: PulumiFn, config: Record<string, string> = {}): Promise<LocalStack> {
    const { folder, connection, workFolder } = this;
    return LocalStack.create(name, program, config, { command: this.command, folder, connection, workFolder });
  }

  private static async create(
    name: string,
    program: PulumiFn,
    config: Record<string, string>,
    { command, folder, connection, workFolder }: Place,
  ): Promise<LocalStack> {
    const opened: { stack?: LocalStack } = {};
    const stack = await LocalWorkspace.createStack(
      { stackName: name, projectName: project, program: async () => (await opened.stack?.program()) as OutputMap },
      {
        pulumiCommand: command,
        pulumiHome: join(folder, "home"),
        workDir: folder,
        projectSettings: { name: project, runtime: "nodejs" },
        envVars: await cliEnvironment(workFolder, name, await connection.announcement()),
      },
    );
    opened.stack = new LocalStack(program, folder, connection, stack, workFolder, command);
    await opened.stack.configure({ "aws:region": "ap-northeast-1", ...config });
    return opened.stack;
  }

  async configure(config: Record<string, string>): Promise<void> {
    const values = Object.entries(config).map(([key, value]): [string, ConfigMap[string]] => [
      key,
      { value, secret: /password$/i.test(key) },
    ]);
    await this.stack.setAllConfig(Object.fromEntries(values));
  }

  async preview(options: Parameters<Stack["preview"]>[0] = {}): Promise<Steps> {
    const { steps, onEvent } = recorder();
    await this.stack.preview({ ...options, onEvent });
    return steps;
  }

  async up(options: Parameters<Stack["up"]>[0] = {}): Promise<{ steps: Steps; outputs: OutputMap; stdout: string }> {
    const { steps, onEvent } = recorder();
    const { outputs, stdout } = await this.stack.up({ ...options, onEvent });
    return { steps, outputs, stdout };
  }

  async refresh(): Promise<Steps> {
    const { steps, onEvent } = recorder();
    await this.stack.refresh({ onEvent });
    return steps;
  }

  async destroy(): Promise<Steps> {
    const { steps, onEvent } = recorder();
    await this.stack.destroy({ onEvent });
    return steps;
  }

  /** How many resources exist in the stand-in. */
  async existing(): Promise<number> {
    const { resources } = await this.connection.order({ order: "status" });
    return resources;
  }

  /** The text of the state file. */
  stateFile(): Promise<string> {
    return readFile(this.workFolder.stateFile(project, "test"), "utf8");
  }

  /** What the stand-in and its services have logged. */
  log(): Promise<string> {
    return readFile(this.workFolder.logFile, "utf8");
  }

  async close(): Promise<void> {
    await this.connection.order({ order: "stop" });
    await this.connection.ended();
    await rm(this.folder, { recursive: true });
  }
}

function recorder(): { steps: Steps; onEvent: (event: EngineEvent) => void } {
  const steps: Steps = [];
  const onEvent = ({ resourcePreEvent }: EngineEvent) => {
    if (resourcePreEvent === undefined) return;
    const { op, type, urn } = resourcePreEvent.metadata;
    // Reads and the stack itself are no changes.
    if (["same", "read", "refresh"].includes(op) || type.startsWith("pulumi:")) return;
    steps.push(`${op} ${type} ${urn.split("::").at(-1) ?? ""}`);
  };
  return { steps, onEvent };
}
