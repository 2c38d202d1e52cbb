import { mappingOf, readYamlFile } from "./yamlFile";

/** What Pulumi.yaml says about the project. */
export interface ProjectFile {
  name: string;
  /** The program's main file, relative to the project's folder. */
  main: string;
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
  const { name, main, config } = await readYamlFile(folder, "Pulumi.yaml");
  if (typeof name !== "string") {
    throw new Error(`Pulumi.yaml in ${folder} has no name: give the project one, such as "name: sample".`);
  }
  const declarations = Object.entries(mappingOf(config, "config in Pulumi.yaml"));
  return {
    name,
    main: typeof main === "string" ? main : "index.ts",
    config: Object.fromEntries(declarations.map(([key, declaration]) => [key, fullDeclaration(declaration)])),
  };
}

/** Pulumi.yaml may have only a value in the place of a declaration. */
function fullDeclaration(declaration: unknown): ConfigDeclaration {
  return typeof declaration === "object" && declaration !== null ? declaration : { value: declaration };
}
