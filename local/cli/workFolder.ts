import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { mappingOf, readYamlFile } from "../engine/yamlFile";

/**
 * The folder `.pulumi-local` beside Pulumi.yaml. It holds everything that local stacks need, so the CLI writes nothing into the files of
 * the user's own stacks.
 */
export class WorkFolder {
  private constructor(
    /** The folder of Pulumi.yaml. */
    readonly project: string,
    readonly path: string,
  ) {}

  /** Creates the folder for a project if it is not there. @param projectName the name in Pulumi.yaml */
  static async open(project: string, projectName: string): Promise<WorkFolder> {
    const folder = new WorkFolder(project, join(project, ".pulumi-local"));
    await mkdir(folder.state, { recursive: true, mode: 0o700 });
    // Git leaves the folder out, whatever the user's own .gitignore says.
    await writeUnlessExists(join(folder.path, ".gitignore"), "*\n");
    await writeUnlessExists(folder.passphraseFile, randomBytes(24).toString("base64url"));
    // For the commands of the CLI that take the stack's file from beside Pulumi.yaml, whatever they are told.
    await writeFile(join(folder.path, "Pulumi.yaml"), stringify({ name: projectName, runtime: "nodejs" }));
    return folder;
  }

  /** The CLI's backend: the states of the local stacks. */
  get state(): string {
    return join(this.path, "state");
  }

  /** The passphrase that encrypts the secrets in these states. */
  get passphraseFile(): string {
    return join(this.path, "passphrase");
  }

  /** What the stand-in, its functions and its proxies say. */
  get logFile(): string {
    return join(this.path, "stand-in.log");
  }

  /** File of a stack's state. */
  stateFile(projectName: string, stack: string): string {
    return join(this.state, ".pulumi", "stacks", projectName, `${stack}.json`);
  }

  /**
   * Returns the file with a stack's configuration. At first it is a copy of `Pulumi.<stack>.yaml` without the secrets, which only the
   * user's own backend can decrypt. A stack without a region gets one.
   */
  async configuration(stack: string): Promise<string> {
    const file = `Pulumi.${stack}.yaml`;
    const copy = join(this.path, file);
    const existing = existsSync(copy) ? await readYamlFile(this.path, file) : {};
    if (existing.config !== undefined) return copy;
    const original = existsSync(join(this.project, file)) ? await readYamlFile(this.project, file) : {};
    const plain = Object.entries(mappingOf(original.config, `config in ${file}`)).filter(
      ([, value]) => !JSON.stringify(value).includes('"secure":'),
    );
    const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "us-east-1";
    const config = { "aws:region": region, ...Object.fromEntries(plain) };
    await writeFile(copy, stringify({ ...existing, config }), { mode: 0o600 });
    return copy;
  }
}

async function writeUnlessExists(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
