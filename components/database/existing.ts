import * as pulumi from "@pulumi/pulumi";
import type { ExistingSettings } from "./existingArguments";
import type { DatabaseServer } from "./server";

/** A database that exists already. */
export function existingDatabase({ engine, port, existing }: ExistingSettings): DatabaseServer {
  const { instanceIdentifier, clusterIdentifier, address, secretArn, resourceId } = existing;
  return {
    engine: engine.name,
    identifier:
      clusterIdentifier === undefined
        ? { dbInstanceIdentifier: pulumi.output(instanceIdentifier ?? "") }
        : { dbClusterIdentifier: pulumi.output(clusterIdentifier) },
    address: pulumi.output(address),
    port: pulumi.output(port),
    resourceId: pulumi.output(resourceId ?? clusterIdentifier ?? instanceIdentifier ?? ""),
    secretArn: pulumi.output(secretArn),
    ready: [],
    readers: [],
  };
}
