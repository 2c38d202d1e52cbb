import { type Kind, nameOf } from "../engine";

/** A resource that does nothing in the stand-in, such as an alarm. It has an id and an ARN, and returns its inputs. */
export const generic: Kind = {
  create(inputs, resource, { arn }) {
    const name = nameOf(
      inputs.name ?? (inputs.namePrefix === undefined ? undefined : prefixed(inputs.namePrefix)),
      resource,
    );
    const [, module = "", kind = ""] = resource.type.split(":");
    return {
      id: name,
      state: { ...inputs, name, arn: arn(module.split("/")[0] ?? module, `${kind.toLowerCase()}/${name}`) },
    };
  },
  update({ state }, inputs) {
    return { ...inputs, name: state.name, arn: state.arn };
  },
};

/** A name with the given prefix. The AWS provider adds the time and a counter, the stand-in only the time. */
function prefixed(prefix: unknown): string {
  return `${String(prefix)}${Date.now()}`;
}
