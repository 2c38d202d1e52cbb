import type { Fields } from "../base/fields";

/** Parameters of a database by name, as their user gives them. */
export type Parameters = Record<string, string>;

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations */
export function checkParameters(given: Fields<{ parameters?: Parameters | undefined }>): Parameters {
  const parameters = given.record("parameters", "the parameters' names and values") ?? {};
  for (const [name, value] of Object.entries(parameters)) {
    const argument = `${given.name("parameters")}.${name}`;
    given.check.matching(argument, value, /^/, "parameter groups store texts: put the value in quotes");
  }
  const readOnly = parameters.read_only ?? "";
  const rule = "RDS Proxy does not work with a database that only reads: leave it out";
  given.check.matching(`${given.name("parameters")}.read_only`, readOnly, /^(?!(1|on)$)/i, rule);
  return parameters as Parameters;
}

/** The form that parameter groups take. RDS accepts this method for static and dynamic parameters alike. */
export function parametersOf(parameters: Parameters) {
  return Object.entries(parameters).map(([name, value]) => ({ name, value, applyMethod: "pending-reboot" }));
}
