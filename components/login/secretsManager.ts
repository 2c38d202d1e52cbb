import type * as pulumi from "@pulumi/pulumi";
import { secretsManagerEndpointPolicy } from "../base/permissions";
import type { Scope } from "../base/scope";
import type { Egress } from "../network/egress";
import { createEndpoint } from "../network/endpoints";
import type { Network } from "../network/network";
import { allowInbound, allowOutbound, createGroup, httpsPort } from "../network/securityGroups";

/** The interface endpoint for Secrets Manager, and the group that decides who may use it. */
export interface WayToSecretsManager {
  /** The endpoint and the proxy's way to it. */
  ready: pulumi.Resource[];
  groupId: pulumi.Output<string>;
}

/**
 * Creates the functions' way to Secrets Manager, where they need one: they read the secret themselves, and their subnets have no
 * way out. The proxy may use it too. AWS does not document whether it does, or has a way of its own.
 */
export function createWayToSecretsManager(
  scope: Scope,
  network: Network,
  proxyGroupId: pulumi.Input<string>,
  { readsSecrets, rotates, egress }: { readsSecrets: boolean; rotates: boolean; egress: Egress },
): WayToSecretsManager | undefined {
  if (!network.needsEndpoints.secretsManager || !(readsSecrets || rotates)) return undefined;
  const description = `Secrets Manager for the functions of ${scope.name}`;
  const { id: groupId } = createGroup(scope, "secretsmanager", network.vpcId, description);
  const policy = secretsManagerEndpointPolicy(scope, { isShared: network.isExisting, rotates });
  const endpoint = createEndpoint(scope, "secretsmanager", network, network.endpointSubnetIds, groupId, policy);
  const ready: pulumi.Resource[] = [endpoint];
  ready.push(
    allowInbound(scope, "proxy-to-secretsmanager", {
      from: { securityGroupId: proxyGroupId },
      to: groupId,
      port: httpsPort,
      description: "HTTPS from RDS Proxy",
    }),
  );
  if (egress === "needed") {
    ready.push(
      allowOutbound(scope, "proxy-out-to-secretsmanager", {
        from: proxyGroupId,
        to: { securityGroupId: groupId },
        port: httpsPort,
        description: "HTTPS to Secrets Manager",
      }),
    );
  }
  return { ready, groupId };
}
