#!/usr/bin/env node
/** The command `lambda-rds-proxy` of the installed package. */

const oldestNode = 22;
const usage = `Usage: lambda-rds-proxy local [options]
       lambda-rds-proxy doctor [options]

Runs the Pulumi program of this folder on a stand-in for AWS. "lambda-rds-proxy local --help" lists the options.
The doctor says what is wrong between a function, its RDS Proxy and the database: "lambda-rds-proxy doctor --help".`;

function stop(message: string): never {
  console.error(`error: ${message}`);
  process.exit(1);
}

// What is loaded below uses what older versions do not have.
if (Number.parseInt(process.versions.node) < oldestNode) {
  stop(`This is Node ${process.versions.node}, but the stand-in needs Node ${oldestNode} or newer: install that.`);
}
const [command] = process.argv.splice(2, 1);
if (command === "local") {
  require("./main");
} else if (command === "doctor") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only when the version is new enough
  require("../doctor/main");
} else if (command === undefined || command === "--help" || command === "-h") {
  console.log(usage);
} else {
  stop(`There is no command "${command}": write \`lambda-rds-proxy local\` or \`lambda-rds-proxy doctor\`.`);
}
