import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";

const root = join(__dirname, "../..");
const own = [
  "index.ts",
  "config.ts",
  "components",
  "handler",
  "package.json",
  "tsconfig.json",
  "tsconfig.program.json",
];

interface ProjectFile {
  name: string;
  runtime: { name: string; options: { nodeargs?: string | undefined; tsconfig: string } };
}

/** A program in a folder of its own. The CLI writes into a program's folder, so the benchmark leaves the checkout alone. */
export interface Program {
  name: string;
  folder: string;
  project: string;
  /** Arguments of Node, from Pulumi.yaml. */
  nodeArgs: string[];
  tsconfig: string;
}

export const thisProgram = "this program";
export const twoLines = "two lines";

/**
 * Writes the programs that are compared: this one, and one of two lines that only loads @pulumi/aws. Each comes with the options of
 * this project's Pulumi.yaml, and with Pulumi's defaults, except that types are not checked.
 */
export async function writePrograms(folder: string): Promise<Program[]> {
  const variants = [
    { name: twoLines, tuned: false, whole: false },
    { name: `${twoLines}, tuned`, tuned: true, whole: false },
    { name: thisProgram, tuned: true, whole: true },
    { name: `${thisProgram}, untuned`, tuned: false, whole: true },
  ];
  return Promise.all(
    variants.map(async ({ name, tuned, whole }) => {
      const program = { name, folder: join(folder, name.replace(/\W+/g, "-")), project: name.replace(/\W+/g, "-") };
      return { ...program, ...(await write(program.folder, program.project, tuned, whole)) };
    }),
  );
}

async function write(
  folder: string,
  project: string,
  tuned: boolean,
  whole: boolean,
): Promise<Pick<Program, "nodeArgs" | "tsconfig">> {
  const file = parse(await readFile(join(root, "Pulumi.yaml"), "utf8")) as ProjectFile;
  const { options } = file.runtime;
  if (!tuned) delete options.nodeargs;
  await mkdir(join(folder, "scripts"), { recursive: true });
  for (const name of own) await cp(join(root, name), join(folder, name), { recursive: true });
  await cp(join(root, "scripts/program.cjs"), join(folder, "scripts/program.cjs"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "Pulumi.yaml"), stringify({ ...file, name: project }));
  if (!tuned) await compileWithTypeScript(join(folder, options.tsconfig));
  if (!whole) {
    const lines = ['import * as aws from "@pulumi/aws";', "export const region = aws.config.region;", ""];
    await writeFile(join(folder, "index.ts"), lines.join("\n"));
  }
  return { nodeArgs: options.nodeargs?.split(" ") ?? [], tsconfig: options.tsconfig };
}

/** ts-node then compiles with TypeScript instead of swc. */
async function compileWithTypeScript(file: string): Promise<void> {
  const settings = JSON.parse(await readFile(file, "utf8")) as object;
  await writeFile(file, JSON.stringify({ ...settings, "ts-node": { swc: false } }));
}
