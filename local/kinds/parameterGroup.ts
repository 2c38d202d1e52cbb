import type { Account } from "../account";
import { type Kind, nameOf } from "../engine";

/** Only the parameter `max_connections` has an effect here: see {@link maxConnectionsParameter}. */
function parameterGroupOf(arnKind: "pg" | "cluster-pg"): Kind {
  return {
    create(inputs, resource, { rds, arn }) {
      const name = nameOf(inputs.name, resource);
      const parameters = (inputs.parameters ?? []) as { name: string; value: string }[];
      rds.parameterGroups.set(name, new Map(parameters.map((parameter) => [parameter.name, parameter.value])));
      return { id: name, state: { ...inputs, name, arn: arn("rds", `${arnKind}:${name}`) } };
    },
    delete({ id }, { rds }) {
      rds.parameterGroups.delete(id);
    },
  };
}

export const parameterGroup = parameterGroupOf("pg");
export const clusterParameterGroup = parameterGroupOf("cluster-pg");

/** `max_connections` of a parameter group, or undefined when the group does not set it to a number. */
export function maxConnectionsParameter({ rds }: Account, groupName: string | undefined): number | undefined {
  const value = rds.parameterGroups.get(groupName ?? "")?.get("max_connections");
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
