import type { Account, Parameter } from "../account";
import { type Kind, nameOf, type Properties } from "../engine";
import { changed } from "./changed";

/** Only the parameter `max_connections` has an effect here: see {@link maxConnectionsParameter}. */
function parameterGroupOf(arnKind: "pg" | "cluster-pg"): Kind {
  return {
    create(inputs, resource, { rds, arn }) {
      const name = nameOf(inputs.name, resource);
      if (rds.parameterGroups.has(name)) {
        throw new Error(`DBParameterGroupAlreadyExists: Parameter group ${name} already exists`);
      }
      rds.parameterGroups.set(name, parametersOf(inputs));
      return { id: name, state: { ...inputs, name, arn: arn("rds", `${arnKind}:${name}`) } };
    },
    /** Dynamic parameters, as `max_connections` is one, take effect at once on the databases that are members. */
    async update({ id, state }, inputs, account) {
      const isImmediate = ({ name, applyMethod }: Parameter) =>
        name === "max_connections" && applyMethod !== "pending-reboot";
      const before = account.rds.parameterGroups.get(id)?.find(isImmediate);
      account.rds.parameterGroups.set(id, parametersOf(inputs));
      const after = parametersOf(inputs).find(isImmediate);
      if (before?.value !== after?.value) await applyMaxConnections(account, id);
      return changed(state, inputs, ["name", "arn", "description"]);
    },
    delete({ id }, { rds }) {
      const user = rds.userOfParameterGroup(id);
      if (user !== undefined) {
        throw new Error(
          "InvalidDBParameterGroupState: One or more database instances are still members of this parameter group" +
            ` ${id}, so the group cannot be deleted: ${user}`,
        );
      }
      rds.parameterGroups.delete(id);
    },
    exists: ({ id }, { rds }) => rds.parameterGroups.has(id),
  };
}

function parametersOf({ parameters }: Properties): Parameter[] {
  return (parameters ?? []) as Parameter[];
}

async function applyMaxConnections({ rds }: Account, groupName: string): Promise<void> {
  const members = [...rds.databases.values()].filter(({ parameterGroups }) => parameterGroups().includes(groupName));
  await Promise.all(members.map(({ server, maxConnections }) => server.setMaxConnections(maxConnections())));
}

export const parameterGroup = parameterGroupOf("pg");
export const clusterParameterGroup = parameterGroupOf("cluster-pg");

/** `max_connections` of a parameter group, or undefined when the group does not set it to a number. */
export function maxConnectionsParameter({ rds }: Account, groupName: string | undefined): number | undefined {
  const value = rds.parameterGroups.get(groupName ?? "")?.find(({ name }) => name === "max_connections")?.value;
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
