import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const folder = join(__dirname, "../../components");

/** The properties of the interfaces of arguments, with the tags of their TSDoc. */
function* argumentsOf(file: string): Generator<{ name: string; isOptional: boolean; comment: string; tags: string[] }> {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  for (const statement of source.statements) {
    if (
      !ts.isInterfaceDeclaration(statement) ||
      !/(Args|Credentials|ExistingVpc|ExistingDatabase)$/.test(statement.name.text)
    ) {
      continue;
    }
    for (const member of statement.members) {
      if (!ts.isPropertySignature(member) || member.type?.kind === ts.SyntaxKind.UndefinedKeyword) continue;
      const documentation = ts.getJSDocCommentsAndTags(member);
      yield {
        name: `${statement.name.text}.${member.name.getText()}`,
        isOptional: member.questionToken !== undefined,
        comment: documentation.map((part) => part.getText()).join(" "),
        tags: ts.getJSDocTags(member).map(({ tagName }) => tagName.text),
      };
    }
  }
}

describe("every argument", () => {
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => [...argumentsOf(join(folder, name))]);

  it("has TSDoc, and says its default if it is optional", () => {
    assert.ok(all.length > 80, String(all.length));
    const without = all.filter(
      ({ isOptional, comment, tags }) =>
        comment === "" || (isOptional && !tags.includes("default") && !comment.includes("See {@link")),
    );
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });

  /** Arguments that become inputs which Pulumi's provider replaces the resource for: see local/provider/providerFacts.ts. */
  const replacing = [
    "ProxiedDatabaseArgs.vpc",
    "ProxiedDatabaseArgs.databaseName",
    "ProxiedDatabaseArgs.username",
    "InstanceArgs.engine",
    "ServerArgs.snapshotIdentifier",
    "ProxyArgs.networkType",
    "ProxyArgs.targetNetworkType",
    "ProxyEndpointArgs.targetRole",
    "ProxyEndpointArgs.subnetIds",
  ];

  it("says that a change replaces something, if it does", () => {
    for (const name of replacing) {
      const { comment } = all.find((argument) => argument.name === name) ?? assert.fail(name);
      assert.match(comment, /@remarks [^@]*replace/, name);
    }
  });
});
