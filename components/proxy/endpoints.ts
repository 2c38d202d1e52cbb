import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import type { Network } from "../network/network";
import type { ProxySettings } from "./arguments";

/** What further endpoints of a proxy are created with. */
export interface EndpointContext {
  proxy: aws.rds.Proxy;
  network: Network;
  /** The proxy's own group. */
  securityGroupId: pulumi.Input<string>;
  /** The target, which endpoints wait for. */
  target: pulumi.Resource;
  /** The readers, which endpoints for readers wait for too. */
  readers: pulumi.Resource[];
}

/** Endpoints of a proxy beside its own, by their names. */
export type ProxyEndpoints = Record<string, aws.rds.ProxyEndpoint>;

/** The name of the endpoint that `proxy.readOnlyEndpoint` asks for. */
export const readOnly = "read-only";

/** Creates all endpoints of a proxy beside its own. */
export function createEndpoints(scope: Scope, settings: ProxySettings, context: EndpointContext): ProxyEndpoints {
  const forReaders = { name: readOnly, targetRole: "READ_ONLY", subnetIds: undefined, securityGroupIds: [] } as const;
  const all: EndpointSettings[] = [...(settings.readOnlyEndpoint ? [forReaders] : []), ...settings.endpoints];
  return Object.fromEntries(all.map((endpoint) => [endpoint.name, createEndpoint(scope, endpoint, context)]));
}

type EndpointSettings = Omit<ProxySettings["endpoints"][number], "securityGroupIds"> & {
  securityGroupIds: readonly pulumi.Input<string>[];
};

function createEndpoint(
  scope: Scope,
  { name, targetRole, subnetIds, securityGroupIds }: EndpointSettings,
  { proxy, network, securityGroupId, target, readers }: EndpointContext,
): aws.rds.ProxyEndpoint {
  return scope.create(
    aws.rds.ProxyEndpoint,
    name,
    {
      // Each new proxy has a new name, and so has its endpoint.
      dbProxyEndpointName: pulumi.interpolate`${proxy.name}-${name}`,
      dbProxyName: proxy.name,
      targetRole,
      vpcSubnetIds: subnetIds ?? network.proxySubnetIds,
      vpcSecurityGroupIds: [securityGroupId, ...securityGroupIds],
      tags: scope.tags,
    },
    // The readers have to be there before, and a target that is not registered yet leads nowhere.
    { dependsOn: targetRole === "READ_ONLY" ? [...readers, target] : [target] },
  );
}
