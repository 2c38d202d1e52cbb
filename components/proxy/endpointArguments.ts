import type * as pulumi from "@pulumi/pulumi";
import type { Fields } from "../base/fields";
import { groupIdForm, groupIdRule } from "../base/names";
import type { DatabaseSettings } from "../database/arguments";
import { checkSubnets } from "../network/arguments";

/** A further endpoint of the proxy. */
export interface ProxyEndpointArgs {
  /**
   * Where it leads: to the writer, or to the readers of an Aurora cluster.
   * @default "READ_WRITE"
   * @remarks Another role replaces the endpoint.
   */
  targetRole?: "READ_WRITE" | "READ_ONLY" | undefined;
  /**
   * Its subnets, two or more, in at least two availability zones of one VPC.
   * @default those of the proxy
   * @remarks Other subnets replace the endpoint.
   */
  subnetIds?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /**
   * Security groups beside the proxy's own, which lets in the clients.
   * @default none
   */
  securityGroupIds?: pulumi.Input<string>[] | undefined;
}

/** AWS allows 20 endpoints beside the proxy's own. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-endpoints.html */
const mostEndpoints = 20;

/** {@link ProxyEndpointArgs} with defaults filled in and every value checked. */
export function normalizeEndpoints(
  args: Fields<{ endpoints?: Record<string, ProxyEndpointArgs> | undefined }>,
  database: DatabaseSettings,
) {
  const { check } = args;
  const names = Object.keys(args.record("endpoints", "endpoints by their names, such as { reports: {} }") ?? {});
  if (names.length > mostEndpoints) {
    check.refuse("the number of proxy.endpoints", names.length, `AWS allows ${mostEndpoints}: merge some`);
  }
  return names.map((name) => {
    const rule =
      "endpoints are named after it: use up to 20 small letters, digits and single hyphens, beginning with a letter";
    check.matching("proxy.endpoints", name, /^(?=.{1,20}$)(?!read-only$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/, rule);
    const given = args.object<Record<string, ProxyEndpointArgs>>("endpoints").object<ProxyEndpointArgs>(name);
    const targetRole = given.oneOf("targetRole", ["READ_WRITE", "READ_ONLY"], "READ_WRITE");
    if (targetRole === "READ_ONLY" && !mayHaveReaders(database)) {
      given.refuse("targetRole", "there are no readers: it takes an Aurora cluster with database.readers");
    }
    const settings = {
      name,
      targetRole,
      subnetIds: given.value("subnetIds") === undefined ? undefined : checkSubnets(given),
      securityGroupIds: (given.list("securityGroupIds", "ids of security groups") ?? []) as pulumi.Input<string>[],
    };
    for (const id of settings.securityGroupIds) {
      check.matchingIfPlain(`one of ${given.name("securityGroupIds")}`, id, groupIdForm, groupIdRule);
    }
    given.end();
    return settings;
  });
}

/** An existing cluster may have readers. Whether it does is not known here. */
export function mayHaveReaders(database: DatabaseSettings): boolean {
  if (database.kind === "existing") return database.clusterIdentifier !== undefined;
  return database.kind === "cluster" && database.readers > 0;
}
