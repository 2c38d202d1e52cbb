import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Properties, TypeDeclarations } from "./declarations";
import { packageFolder } from "./packages";

/** The properties of a type of resource, by name. */
export interface ResourceSchema {
  inputs: Properties;
  outputs: Properties;
}

/**
 * The types of resources that a program can use, read from the declarations in its own copies of `@pulumi/aws` and of
 * the like. So the names are those of the real provider's version.
 */
export class Schemas {
  private readonly resources = new Map<string, ResourceSchema | undefined>();
  private readonly objects = new Map<string, Properties | undefined>();
  private readonly texts = new Map<string, string>();
  private readonly types: TypeDeclarations;

  /**
   * @param folder a folder of the program, from which its packages are found
   * @throws Error when there is no TypeScript
   */
  constructor(private readonly folder: string) {
    this.types = new TypeDeclarations(folder);
  }

  /** Returns the properties of a type such as `aws:rds/proxy:Proxy`, or undefined if the package has no such type. */
  resource(type: string): ResourceSchema | undefined {
    if (!this.resources.has(type)) this.resources.set(type, this.readResource(type));
    return this.resources.get(type);
  }

  /** Returns the properties of an object type in a package's inputs, such as `rds.ProxyAuth` in `aws`. */
  object(packageName: string, name: string): Properties | undefined {
    const key = `${packageName} ${name}`;
    if (!this.objects.has(key)) this.objects.set(key, this.readObject(packageName, name));
    return this.objects.get(key);
  }

  private readResource(type: string): ResourceSchema | undefined {
    const [packageName = "", path = "", className = ""] = type.split(":");
    const text = this.declarations(packageName, `${path.replace(/^index\//, "")}.d.ts`);
    if (text === undefined) return undefined;
    const inputs = this.types.properties(text, `${className}Args`);
    const outputs = this.types.properties(text, className);
    return inputs && outputs && { inputs, outputs };
  }

  /** The file with all object types is large, so only the text of this one is parsed. */
  private readObject(packageName: string, name: string): Properties | undefined {
    const text = this.declarations(packageName, "types/input.d.ts") ?? "";
    const [module = "", typeName = ""] = name.split(".");
    const start = text.indexOf(`\nexport declare namespace ${module} {`);
    const begin = text.indexOf(`\n    interface ${typeName} {`, start);
    if (start < 0 || begin < 0) return undefined;
    const end = text.indexOf("\n    }", begin) + "\n    }".length;
    return this.types.properties(text.slice(begin, end), typeName);
  }

  private declarations(packageName: string, file: string): string | undefined {
    const key = `${packageName}/${file}`;
    if (!this.texts.has(key)) {
      try {
        this.texts.set(key, readFileSync(join(packageFolder(this.folder, packageName), file), "utf8"));
      } catch {
        return undefined;
      }
    }
    return this.texts.get(key);
  }
}
