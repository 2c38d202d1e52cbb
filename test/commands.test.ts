import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Every document for readers. Those of typedoc have no commands. */
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...["docs", "examples", "template"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md") && !name.startsWith("api/"))
      .map((name) => join(folder, name)),
  ),
];

/** Commands in blocks, by document. */
const commands = documents.flatMap((document) =>
  [...read(document).matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, block = ""]) => block.trim().split("\n"))
    .map((line) => ({ document, command: line.replace(/\s+#.*$/, "") })),
);

/**
 * What runs a command: a file in which it stands, or an equal one; or why nothing here can run it.
 */
const runBy: Record<string, { file: string; text?: string } | { cannot: string }> = {
  "npm start": { file: ".ci/run" },
  "npm test": { file: ".ci/run" },
  "npm ci": { file: ".github/workflows/deploy.yml" },
  "npm run typecheck": { file: ".ci/run" },
  "npm run lint": { file: ".ci/run" },
  "npm run format": { file: ".ci/run", text: "npm run format:check" },
  "npm run arrows": { file: ".ci/run" },
  "npm run local": { file: "scripts/pictures/livePage.ts", text: '["run", "local"]' },
  "npm start -- --program examples/smallest": { file: "test/programs/examples.test.ts", text: '"--program"' },
  "npx lambda-rds-proxy local": { file: "test/package/package.test.ts", text: '["lambda-rds-proxy", "local"]' },
  "npx lambda-rds-proxy doctor --local": { file: "test/doctor/commandLine.test.ts", text: 'doctor("--local"' },
  "npx lambda-rds-proxy doctor --stack dev": { cannot: "it needs an AWS account" },
  "npx lambda-rds-proxy doctor --function read-function-1234567 --region ap-northeast-1": {
    cannot: "it needs an AWS account",
  },
  "npm install --save-dev @aws-sdk/client-cloudwatch @aws-sdk/client-cloudwatch-logs @aws-sdk/client-ec2 @aws-sdk/client-iam @aws-sdk/client-lambda @aws-sdk/client-rds @aws-sdk/client-secrets-manager":
    { file: "test/doctor/commandLine.test.ts", text: "names the packages of the SDK" },
  "pulumi up": { cannot: "it needs an AWS account; on the stand-in the engine's tests do it" },
  "pulumi stack select --create dev": { file: "test/engine/readme.test.ts", text: "README.md" },
  'aws rds reboot-db-instance --db-instance-identifier "$(pulumi stack output databaseIdentifier)"': {
    cannot: "it needs an AWS account",
  },
};

describe("the commands in the documents", () => {
  it("are all run by something, or need what is not here", () => {
    for (const { document, command } of commands) {
      // test/engine/readme.test.ts takes these from README itself.
      if (command.startsWith("pulumi config set ") && document.startsWith("README")) continue;
      const by = runBy[command];
      assert.ok(by !== undefined, `${document}: say in test/commands.test.ts what runs \`${command}\``);
      if ("file" in by) assert.ok(read(by.file).includes(by.text ?? command), `${by.file} does not run \`${command}\``);
    }
  });

  it("name scripts that there are", () => {
    for (const document of documents) {
      if (document.startsWith("template")) continue;
      for (const [, script = ""] of read(document).matchAll(/`npm run ([\w:-]+)/g)) {
        assert.ok(script in scripts, `${document}: npm run ${script}`);
      }
    }
  });

  it("have links to files that there are", () => {
    for (const document of documents) {
      for (const [, target = ""] of read(document)
        .replace(/```.*?```/gs, "")
        .matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)) {
        assert.doesNotThrow(() => {
          readFileOrFolder(join(root, document, "..", target));
        }, `${document}: ${target}`);
      }
    }
  });
});

function readFileOrFolder(path: string): void {
  if (path.endsWith("/")) readdirSync(path);
  else readFileSync(path);
}
