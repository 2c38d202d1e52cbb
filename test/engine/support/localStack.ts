import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
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
  type StepEventMetadata,
} from "@pulumi/pulumi/automation";
import type { Lasting } from "../../../local/account";
import { Connection } from "../../../local/cli/connection";
import { restoreCutOffStates } from "../../../local/cli/cutOffStates";
import { cliEnvironment } from "../../../local/cli/environment";
import { forgetPendingCreations } from "../../../local/cli/pendingCreations";
import { WorkFolder } from "../../../local/cli/workFolder";
import { pulumiCommand } from "./cli";

const checkout = join(__dirname, "../../..");
const project = "lambda-rds-proxy";

/** What an operation does to resources that do not stay the same, such as `update aws:rds/proxy:Proxy sample-proxy`. */
export type Steps = string[];

/** A stack on Pulumi's real engine, with the stand-in in AWS's place. The program runs inline, so no language host is needed. */
export class LocalStack {
  /** What the last operation did. */
  last = new Recorder();
  private made: Stack | undefined;

  private constructor(
    /** The program. A test may put another one in its place. */
    public program: PulumiFn,
    readonly name: string,
    readonly folder: string,
    private connection: Connection,
    private readonly workFolder: WorkFolder,
    private readonly lasting: Lasting = {},
  ) {}

  /**
   * Starts a stand-in and creates an empty stack. Undefined on a machine without the Pulumi CLI.
   *
   * @param programFolder where the stand-in finds the program's packages, and files that are part of a resource
   * @param lasting what the stand-in keeps for its next start
   */
  static async open(
    program: PulumiFn,
    config: Record<string, string> = {},
    programFolder = checkout,
    lasting: Lasting = {},
  ): Promise<LocalStack | undefined> {
    const command = await pulumiCommand();
    if (command === undefined) return undefined;
    const folder = await mkdtemp(join(tmpdir(), "pulumi-test-"));
    let connection: Connection | undefined;
    try {
      // The program runs in this process, but the engine reads its files, and takes relative paths from its own folder.
      await symlink(join(checkout, "migrations"), join(folder, "migrations"));
      const workFolder = await WorkFolder.open(folder, project);
      connection = await Connection.findOrStart(folder, workFolder.logFile, programFolder, lasting);
      const environment = await cliEnvironment(workFolder, "test", await connection.announcement());
      const stack = new LocalStack(program, "test", folder, connection, workFolder, lasting);
      await stack.create(command, environment, config);
      return stack;
    } catch (error) {
      await closeAll(folder, connection);
      throw error;
    }
  }

  /** Creates another stack on the same stand-in. It is closed together with this one. */
  async beside(name: string, program: PulumiFn, config: Record<string, string> = {}): Promise<LocalStack> {
    const { folder, connection, workFolder } = this;
    const { pulumiCommand: command, envVars } = this.stack.workspace;
    const stack = new LocalStack(program, name, folder, connection, workFolder);
    await stack.create(command, { ...envVars, PULUMI_STACK: name }, config);
    return stack;
  }

  private async create(
    command: PulumiCommand,
    environment: Record<string, string>,
    config: Record<string, string>,
  ): Promise<void> {
    this.made = await LocalWorkspace.createStack(
      { stackName: this.name, projectName: project, program: async () => (await this.program()) as OutputMap },
      {
        pulumiCommand: command,
        pulumiHome: join(this.folder, "home"),
        workDir: this.folder,
        projectSettings: { name: project, runtime: "nodejs" },
        envVars: { ...environment, PULUMI_OPTION_CONFIG_FILE: join(this.folder, `Pulumi.${this.name}.yaml`) },
      },
    );
    await this.configure({ "aws:region": "ap-northeast-1", ...config });
  }

  /** Starts another stand-in after this one has died. It has other ports, and nothing exists in it. */
  async startAgain(): Promise<void> {
    await this.connection.ended();
    this.connection = await Connection.findOrStart(this.folder, this.workFolder.logFile, checkout, this.lasting);
    const { PULUMI_DEBUG_PROVIDERS: providers = "" } = await cliEnvironment(
      this.workFolder,
      this.name,
      await this.connection.announcement(),
    );
    this.stack.workspace.envVars.PULUMI_DEBUG_PROVIDERS = providers;
  }

  /** Takes away what a killed CLI left behind: its lock, and what it was creating. */
  async cleanUpAfterKill(): Promise<void> {
    await restoreCutOffStates(this.workFolder, project);
    await this.stack.cancel();
    await forgetPendingCreations(this.workFolder, project, this.connection);
  }

  get stack(): Stack {
    if (this.made === undefined) throw new Error("The stack is not created yet.");
    return this.made;
  }

  async configure(config: Record<string, string>): Promise<void> {
    const values = Object.entries(config).map(([key, value]): [string, ConfigMap[string]] => [
      key,
      { value, secret: /password$/i.test(key) },
    ]);
    await this.stack.setAllConfig(Object.fromEntries(values));
  }

  async preview(options: Parameters<Stack["preview"]>[0] = {}): Promise<Steps> {
    this.last = new Recorder();
    await this.stack.preview({ ...options, onEvent: this.last.onEvent });
    return this.last.steps;
  }

  /** @param onStep is called when a step begins */
  async up(
    options: Parameters<Stack["up"]>[0] = {},
    onStep?: (step: string) => void,
  ): Promise<{ steps: Steps; outputs: OutputMap; stdout: string }> {
    this.last = new Recorder(onStep);
    const { steps, onEvent } = this.last;
    const { outputs, stdout } = await this.stack.up({ ...options, onEvent });
    return { steps, outputs, stdout };
  }

  async refresh(): Promise<Steps> {
    this.last = new Recorder();
    await this.stack.refresh({ onEvent: this.last.onEvent });
    return this.last.steps;
  }

  async destroy(options: Parameters<Stack["destroy"]>[0] = {}): Promise<Steps> {
    this.last = new Recorder();
    await this.stack.destroy({ ...options, onEvent: this.last.onEvent });
    return this.last.steps;
  }

  /** How many resources exist in the stand-in. */
  async existing(): Promise<number> {
    const { resources } = await this.connection.order({ order: "status" });
    return resources;
  }

  /** The text of the state file. */
  stateFile(): Promise<string> {
    return readFile(this.workFolder.stateFile(project, this.name), "utf8");
  }

  /** What the stand-in and its services have logged. */
  log(): Promise<string> {
    return readFile(this.workFolder.logFile, "utf8");
  }

  async close(): Promise<void> {
    await closeAll(this.folder, this.connection);
  }
}

async function closeAll(folder: string, connection: Connection | undefined): Promise<void> {
  try {
    await connection?.order({ order: "stop" });
    await connection?.ended();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What an operation did, from the events of the engine. */
class Recorder {
  readonly steps: Steps = [];
  readonly warnings: string[] = [];
  /** URNs of what was deleted: once when it began and once when it was done, in the order of the events. */
  readonly deletions: { urn: string; done: boolean }[] = [];

  private readonly refreshed = new Set<string>();

  constructor(private readonly onStep: (step: string) => void = () => undefined) {}

  readonly onEvent = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent }: EngineEvent): void => {
    if (diagnosticEvent?.severity === "warning") this.warnings.push(diagnosticEvent.message.trim());
    if (resourcePreEvent !== undefined) this.began(resourcePreEvent.metadata);
    if (resOutputsEvent !== undefined) this.ended(resOutputsEvent.metadata);
  };

  private began(metadata: StepEventMetadata): void {
    if (metadata.op === "delete") this.deletions.push({ urn: metadata.urn, done: false });
    if (metadata.op === "refresh") this.refreshed.add(metadata.urn);
    else this.add(metadata);
  }

  /** Only the end of a refresh says what has changed. */
  private ended(metadata: StepEventMetadata): void {
    if (this.refreshed.has(metadata.urn)) this.add(metadata);
    else if (metadata.op === "delete") this.deletions.push({ urn: metadata.urn, done: true });
  }

  private add({ op, type, urn }: StepEventMetadata): void {
    // Reads and the stack itself are no changes.
    if (["same", "read", "refresh"].includes(op) || type.startsWith("pulumi:")) return;
    const step = `${op} ${type} ${urn.split("::").at(-1) ?? ""}`;
    this.steps.push(step);
    this.onStep(step);
  }
}
