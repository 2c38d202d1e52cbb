import { mappingOf, readYamlFile } from "./yamlFile";

/** What Pulumi.yaml says about the project. */
export interface ProjectFile {
  name: string;
  /** The program's main file, or its folder, relative to the project's folder; undefined where package.json says it. */
  main: string | undefined;
  /** The configuration of the TypeScript compiler, if one is named; false for a program that is no TypeScript. */
  typescript: string | false | undefined;
  /** The configuration keys that the project declares. */
  config: Record<string, ConfigDeclaration>;
}

/** The declaration of one configuration key. */
export interface ConfigDeclaration {
  type?: string;
  description?: string;
  default?: unknown;
  value?: unknown;
  secret?: boolean;
}

/** @throws Error that names the file, and the line when it is not valid YAML */
export async function readProjectFile(folder: string): Promise<ProjectFile> {
  const { main, config, runtime, ...file } = await readYamlFile(folder, "Pulumi.yaml");
  const name = nameIn(file, folder);
  const declarations = Object.entries(mappingOf(config, "config in Pulumi.yaml"));
  return {
    name,
    main: typeof main === "string" ? main : undefined,
    typescript: typescriptOf(folder, runtime),
    config: Object.fromEntries(declarations.map(([key, declaration]) => [key, fullDeclaration(declaration)])),
  };
}

/** The name of a project in any language. @throws Error that names the file */
export async function readProjectName(folder: string): Promise<string> {
  return nameIn(await readYamlFile(folder, "Pulumi.yaml"), folder);
}

function nameIn({ name }: { name?: unknown }, folder: string): string {
  if (typeof name === "string") return name;
  throw new Error(`Pulumi.yaml in ${folder} has no name: give the project one, such as "name: sample".`);
}

/** @throws Error when the program is in another language than those that run on Node */
function typescriptOf(folder: string, runtime: unknown): ProjectFile["typescript"] {
  const { name = "nodejs", options } = (typeof runtime === "string" ? { name: runtime } : (runtime ?? {})) as {
    name?: unknown;
    options?: { typescript?: unknown; tsconfig?: unknown } | null;
  };
  if (name !== "nodejs") {
    throw new Error(
      `The runtime of the program in ${folder} is ${JSON.stringify(name)}, but the stand-in runs programs in JavaScript and TypeScript only: use one with "runtime: nodejs".`,
    );
  }
  if (options?.typescript === false) return false;
  return typeof options?.tsconfig === "string" ? options.tsconfig : undefined;
}

/** Pulumi.yaml may have only a value in the place of a declaration. */
function fullDeclaration(declaration: unknown): ConfigDeclaration {
  return typeof declaration === "object" && declaration !== null ? declaration : { value: declaration };
}
