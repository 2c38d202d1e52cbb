import { type Kind, nameOf, type Properties } from "../engine";
import type { Permission } from "../lambda";

/** `aws.lambda.Permission`: a statement in a function's own policy. */
export const lambdaPermission: Kind = {
  create(inputs, resource, { lambda }) {
    const id = nameOf(inputs.statementId, resource);
    lambda.permissions.set(id, permissionIn(inputs));
    return { id, state: { ...inputs, statementId: id } };
  },
  delete({ id }, { lambda }) {
    lambda.permissions.delete(id);
  },
};

function permissionIn({ function: functionName, principal, sourceArn }: Properties): Permission {
  return {
    functionName: String(functionName),
    principal: String(principal),
    sourceArn: sourceArn as string | undefined,
  };
}
