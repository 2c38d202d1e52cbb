import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { packageFolder } from "./packages";

/** What a provider's package says of one property. */
export interface Property {
  /** Whether the program has to give the property, or, for an output, whether it always has a value. */
  required: boolean;
  /** The name of the object type of the value or of its elements, such as `rds.ProxyAuth`. */
  objectType?: string | undefined;
}

/** The properties of a type of resource, by name. */
export interface ResourceSchema {
  inputs: ReadonlyMap<string, Property>;
  outputs: ReadonlyMap<string, Property>;
}

/**
 * The types of resources that a program can use, read from the declarations in its own copies of `@pulumi/aws` and of
 * the like. So the names are those of the real provider's version.
 */
export class Schemas {
  private readonly resources = new Map<string, ResourceSchema | undefined>();
  private readonly objects = new Map<string, ReadonlyMap<string, Property> | undefined>();
  private readonly texts = new Map<string, string>();

  /** @param folder a folder of the program, from which its packages are found */
  constructor(private readonly folder: string) {}

  /** Returns the properties of a type such as `aws:rds/proxy:Proxy`, or undefined if the package has no such type. */
  resource(type: string): ResourceSchema | undefined {
    if (!this.resources.has(type)) this.resources.set(type, this.readResource(type));
    return this.resources.get(type);
  }

  /** Returns the properties of an object type in a package's inputs, such as `rds.ProxyAuth` in `aws`. */
  object(packageName: string, name: string): ReadonlyMap<string, Property> | undefined {
    const key = `${packageName} ${name}`;
    if (!this.objects.has(key)) this.objects.set(key, this.readObject(packageName, name));
    return this.objects.get(key);
  }

  private readResource(type: string): ResourceSchema | undefined {
    const [packageName = "", path = "", className = ""] = type.split(":");
    const text = this.declarations(packageName, `${path.replace(/^index\//, "")}.d.ts`);
    if (text === undefined) return undefined;
    let inputs: ReadonlyMap<string, Property> | undefined;
    let outputs: ReadonlyMap<string, Property> | undefined;
    for (const statement of parse(text)) {
      if (ts.isInterfaceDeclaration(statement) && statement.name.text === `${className}Args`) {
        inputs = propertiesOf(statement.members);
      }
      if (ts.isClassDeclaration(statement) && statement.name?.text === className) {
        outputs = propertiesOf(statement.members);
      }
    }
    return inputs && outputs && { inputs, outputs };
  }

  /** The file with all object types is large, so only the text of this one is parsed. */
  private readObject(packageName: string, name: string): ReadonlyMap<string, Property> | undefined {
    const text = this.declarations(packageName, "types/input.d.ts") ?? "";
    const [module = "", typeName = ""] = name.split(".");
    const start = text.indexOf(`\nexport declare namespace ${module} {`);
    const begin = text.indexOf(`\n    interface ${typeName} {`, start);
    if (start < 0 || begin < 0) return undefined;
    const end = text.indexOf("\n    }", begin) + "\n    }".length;
    const [statement] = parse(text.slice(begin, end));
    return statement && ts.isInterfaceDeclaration(statement) ? propertiesOf(statement.members) : undefined;
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

function parse(text: string): readonly ts.Statement[] {
  return ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.Latest).statements;
}

function propertiesOf(members: readonly (ts.TypeElement | ts.ClassElement)[]): ReadonlyMap<string, Property> {
  const properties = new Map<string, Property>();
  for (const member of members) {
    if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) continue;
    if (!ts.isIdentifier(member.name) || member.type === undefined) continue;
    const required = member.questionToken === undefined && !mayBeUndefined(member.type);
    properties.set(member.name.text, { required, objectType: objectTypeIn(member.type) });
  }
  return properties;
}

/** Whether the type is `pulumi.Output<T | undefined>`: an output that the provider does not fill in by itself. */
function mayBeUndefined(type: ts.TypeNode): boolean {
  const [inner] = ts.isTypeReferenceNode(type) ? (type.typeArguments ?? []) : [];
  return (
    inner !== undefined &&
    ts.isUnionTypeNode(inner) &&
    inner.types.some((part) => part.kind === ts.SyntaxKind.UndefinedKeyword)
  );
}

/** Finds a reference such as `inputs.rds.ProxyAuth` in a type. */
function objectTypeIn(node: ts.Node): string | undefined {
  if (ts.isTypeReferenceNode(node)) {
    const name = nameOf(node.typeName);
    if (name.startsWith("inputs.")) return name.slice("inputs.".length);
  }
  return ts.forEachChild(node, objectTypeIn);
}

function nameOf(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;
}
