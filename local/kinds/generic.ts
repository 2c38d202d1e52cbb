import { type Kind, nameOf } from "../engine";

/** A resource without a behaviour here, such as an alarm: it has an id and an ARN, and is what it was told to be. */
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

/** The provider appends the time and a counter to a prefix. */
function prefixed(prefix: unknown): string {
  return `${String(prefix)}${Date.now()}`;
}
