import { pulumiCli } from "./cli";

/** Says why nothing has run. It runs once, in the process that starts the workers. */
export function mochaGlobalTeardown(): void {
  if (pulumiCli() !== undefined) return;
  console.log("\n  No Pulumi CLI is here, so the tests of its engine did not run: see scripts/get-pulumi.sh.");
}
