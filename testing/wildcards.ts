import type { Graph, Registration } from "./graph";

/** One thing that a policy allows. */
export interface Grant {
  /** Name of the resource with the policy. */
  policy: string;
  action: string;
  resource: string;
}

/**
 * Actions for which AWS has no resource to name, so that only `*` works.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const withoutResource = new Set([
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
]);

/** Policies of AWS that allow more than one thing of a kind. */
const broadPolicy = /:policy\/(.*\/)?(AdministratorAccess|PowerUserAccess|\w*FullAccess)$/;

/** What the policies of the program allow that is not limited to named actions and named resources. */
export function wildcardsOf(graph: Graph, allowed: readonly string[] = []): Grant[] {
  const broad = graph.resources
    .filter(({ inputs }) => typeof inputs.policyArn === "string" && broadPolicy.test(inputs.policyArn))
    .map(({ name, inputs }): Grant => ({ policy: name, action: `all of ${inputs.policyArn}`, resource: "*" }));
  const grants = graph.resources.filter(({ type }) => type.startsWith("aws:iam/")).flatMap(grantsOf);
  return [
    ...grants.filter(
      ({ action, resource }) =>
        !allowed.includes(action) && (action.includes("*") || (resource === "*" && !withoutResource.has(action))),
    ),
    ...broad,
  ];
}

function grantsOf({ name, inputs }: Registration): Grant[] {
  const texts = [
    inputs.policy,
    ...((inputs.inlinePolicies ?? []) as { policy?: unknown }[]).map(({ policy }) => policy),
  ];
  const documents = texts.filter((text) => typeof text === "string").map((text) => JSON.parse(text));
  return documents
    .flatMap(({ Statement }) => listOf<any>(Statement))
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action = "*", Resource = "*" }) =>
      // All but some is more than one can name: NotAction and NotResource stand for everything here.
      listOf<string>(Action).flatMap((action) =>
        listOf<string>(Resource).map((resource) => ({ policy: name, action, resource })),
      ),
    );
}

/** A policy may have one entry in the place of a list. */
function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}
