import type * as pulumi from "@pulumi/pulumi";
import type { Fields } from "../base/fields";
import type { Validator } from "../base/validator";

/**
 * Variables that Lambda sets itself and does not let anyone else set.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
const lambdaVariables = new RegExp(
  "^(AWS_((DEFAULT_)?REGION|EXECUTION_ENV|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN" +
    "|LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API))" +
    "|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$",
);

export function checkEnvironment(given: Fields<{ environment?: unknown }>): Record<string, pulumi.Input<string>> {
  const environment = given.texts("environment", "variables by their names") ?? {};
  for (const name of Object.keys(environment)) checkVariable(given.check, name);
  return environment;
}

function checkVariable(check: Validator, name: string): void {
  if (name.startsWith("DB_")) {
    check.refuse("environment", name, "names that begin with DB_ are what the component sets: choose another one");
  }
  if (lambdaVariables.test(name)) {
    check.refuse("environment", name, "Lambda sets that variable itself: choose another name");
  }
  const rule = "Lambda's variables begin with a letter and have two or more letters, digits and underscores: rename it";
  check.matching("environment", name, /^[A-Za-z][A-Za-z0-9_]+$/, rule);
}
