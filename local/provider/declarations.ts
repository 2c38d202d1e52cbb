import { createRequire } from "node:module";
import type * as typescript from "typescript";
import { findTool } from "../engine/typescript";

/** What a provider's package says of one property. */
export interface Property {
  /** Whether the program has to give the property, or, for an output, whether it always has a value. */
  required: boolean;
  /** The name of the object type of the value or of its elements, such as `rds.ProxyAuth`. */
  objectType?: string | undefined;
}

export type Properties = ReadonlyMap<string, Property>;

/** Reads classes and interfaces in files of declarations, with the program's TypeScript, or the one that Pulumi brings. */
export class TypeDeclarations {
  private readonly ts: typeof typescript;

  /** @throws Error when there is no TypeScript */
  constructor(folder: string) {
    // A program in another language has none, so the stand-in takes its own.
    const file = findTool("typescript", folder) ?? findTool("typescript", __dirname);
    if (file === undefined) {
      throw new Error(
        `The stand-in reads the types of Pulumi's packages with TypeScript, but ${folder} has none: run \`npm install --save-dev typescript\` there.`,
      );
    }
    this.ts = createRequire(__filename)(file) as typeof typescript;
  }

  /** The properties of the class or interface with a name. Undefined if the text does not declare it. */
  properties(text: string, name: string): Properties | undefined {
    const { ts } = this;
    const { statements } = ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.Latest);
    for (const statement of statements) {
      const hasMembers = ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement);
      if (hasMembers && statement.name?.text === name) return this.propertiesOf(statement.members);
    }
    return undefined;
  }

  private propertiesOf(members: readonly (typescript.TypeElement | typescript.ClassElement)[]): Properties {
    const { ts } = this;
    const properties = new Map<string, Property>();
    for (const member of members) {
      if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) continue;
      if (!ts.isIdentifier(member.name) || member.type === undefined) continue;
      const required = member.questionToken === undefined && !this.mayBeUndefined(member.type);
      properties.set(member.name.text, { required, objectType: this.objectTypeIn(member.type) });
    }
    return properties;
  }

  /** Whether the type is `pulumi.Output<T | undefined>`: an output that the provider does not fill in by itself. */
  private mayBeUndefined(type: typescript.TypeNode): boolean {
    const { ts } = this;
    const [inner] = ts.isTypeReferenceNode(type) ? (type.typeArguments ?? []) : [];
    return (
      inner !== undefined &&
      ts.isUnionTypeNode(inner) &&
      inner.types.some((part) => part.kind === ts.SyntaxKind.UndefinedKeyword)
    );
  }

  /** Finds a reference such as `inputs.rds.ProxyAuth` in a type. */
  private objectTypeIn(node: typescript.Node): string | undefined {
    const { ts } = this;
    if (ts.isTypeReferenceNode(node)) {
      const name = this.nameOf(node.typeName);
      if (name.startsWith("inputs.")) return name.slice("inputs.".length);
    }
    return ts.forEachChild(node, (child) => this.objectTypeIn(child));
  }

  private nameOf(name: typescript.EntityName): string {
    return this.ts.isIdentifier(name) ? name.text : `${this.nameOf(name.left)}.${name.right.text}`;
  }
}
