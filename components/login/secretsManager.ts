import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../base/scope";
import { createEndpoint } from "../network/endpoints";
import type { Network } from "../network/network";
import { createGroup } from "../network/securityGroups";
import type { AuthMode } from "./auth";

/** The interface endpoint for Secrets Manager, and the group that decides who may use it. */
export interface WayToSecretsManager {
  endpoint: pulumi.Resource;
  groupId: pulumi.Output<string>;
}

/**
 * Creates the functions' way to Secrets Manager, where they need one: they read the secret themselves, and their subnets have no
 * way out. The proxy has a way of its own.
 */
export function createWayToSecretsManager(
  scope: Scope,
  network: Network,
  auth: AuthMode,
): WayToSecretsManager | undefined {
  if (!network.needsEndpoints.secretsManager || auth !== "password") return undefined;
  const description = `Secrets Manager for the functions of ${scope.name}`;
  const { id: groupId } = createGroup(scope, "secretsmanager", network.vpcId, description);
  const endpoint = createEndpoint(scope, "secretsmanager", network, network.endpointSubnetIds, groupId);
  return { endpoint, groupId };
}
