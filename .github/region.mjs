// `node .github/region.mjs dev` prints the region of a stack as an output of a workflow's step. The region is in the stack's
// configuration only, which the program itself reads as well.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const [stack] = process.argv.slice(2);
const file = `Pulumi.${stack}.yaml`;
const region = parse(readFileSync(join(import.meta.dirname, "..", file), "utf8"))?.config?.["aws:region"];
if (typeof region !== "string") {
  console.error(`error: ${file} has no aws:region: run \`pulumi config set aws:region <region> --stack ${stack}\`.`);
  process.exit(1);
}
console.log(`region=${region}`);
