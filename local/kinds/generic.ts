import type { Account } from "../account";
import { type Kind, nameOf, type Properties } from "../engine";

/** A resource that does nothing in the stand-in, such as an alarm. It has an id and an ARN, and returns its inputs. */
export const generic: Kind = {
  create(inputs, resource, { arn }) {
    const name = nameOf(
      inputs.name ?? (inputs.namePrefix === undefined ? undefined : prefixed(inputs.namePrefix)),
      resource,
    );
    const [, module = "", kind = ""] = resource.type.split(":");
    const own = idOf(resource.type, inputs, arn);
    return {
      id: own ?? name,
      state: {
        ...inputs,
        name,
        arn: own?.startsWith("arn:") ? own : arn(module.split("/")[0] ?? module, `${kind.toLowerCase()}/${name}`),
      },
    };
  },
  update({ state }, inputs) {
    return { ...inputs, name: state.name, arn: state.arn };
  },
};

/** Returns the real provider's id of what belongs to a function, because its name alone would not be unique. */
function idOf(type: string, inputs: Properties, arn: Account["arn"]): string | undefined {
  const { functionName = "", qualifier, name = "" } = inputs as Record<string, string | undefined>;
  switch (type) {
    case "aws:lambda/alias:Alias":
      return arn("lambda", `function:${functionName}:${name}`);
    case "aws:lambda/functionUrl:FunctionUrl":
      return qualifier === undefined ? functionName : `${functionName}/${qualifier}`;
    case "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig":
      return qualifier === undefined ? functionName : `${functionName}:${qualifier}`;
    case "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig":
      return `${functionName},${qualifier ?? ""}`;
    default:
      return undefined;
  }
}

/** A name with the given prefix. The AWS provider adds the time and a counter, the stand-in only the time. */
function prefixed(prefix: unknown): string {
  return `${String(prefix)}${Date.now()}`;
}
