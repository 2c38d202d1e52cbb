// Checks that a tag is the release of what is in the work tree, and prints the tag of npm that `npm install` will know it by.
import { readFileSync } from "node:fs";

const tag = process.argv[2] ?? "";
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

function stop(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

if (tag !== `v${version}`) stop(`The tag is "${tag}", but package.json has version ${version}: tag it v${version}.`);
const headings = readFileSync("CHANGELOG.md", "utf8").match(/^## .*$/gm) ?? [];
if (!headings.includes(`## ${version}`)) stop(`CHANGELOG.md has no "## ${version}": say there what has changed.`);

// People get a candidate only if they ask for it.
console.log(`tag=${version.includes("-") ? "next" : "latest"}`);
