import * as aws from "@pulumi/aws";
import * as ec2 from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ProxiedDatabaseArgs } from "../../../components";

/**
 * Creates a database in a VPC of its own without the components, and returns arguments for a ProxiedDatabase in front of it.
 * RDS or this program makes a secret with the master user's password.
 */
export function existingDatabase(
  name: string,
  kind: "instance" | "cluster",
  managed: boolean,
): Pick<ProxiedDatabaseArgs, "vpc" | "database"> {
  const vpc = new ec2.Vpc(`${name}-existing`, {
    availabilityZoneNames: ["ap-northeast-1a", "ap-northeast-1c"],
    subnetSpecs: [{ type: "Isolated", cidrMask: 24 }],
  });
  const group = new aws.ec2.SecurityGroup(`${name}-existing`, { vpcId: vpc.vpcId });
  const subnets = new aws.rds.SubnetGroup(`${name}-existing`, { subnetIds: vpc.isolatedSubnetIds });
  const place = { dbSubnetGroupName: subnets.name, vpcSecurityGroupIds: [group.id] };

  const password = managed ? undefined : generatedPassword(name);
  const server =
    kind === "cluster"
      ? createCluster(name, { ...place, masterPassword: password, manageMasterUserPassword: managed || undefined })
      : createInstance(name, { ...place, password, manageMasterUserPassword: managed || undefined });
  return {
    vpc: {
      vpcId: vpc.vpcId,
      subnetIds: vpc.isolatedSubnetIds,
      secretsManagerEndpoint: true,
    },
    database: {
      existing: {
        ...server.identity,
        securityGroupId: group.id,
        secretArn: password === undefined ? server.managedSecretArn : secretWith(name, password),
      },
    },
  };
}

function createInstance(name: string, args: Partial<aws.rds.InstanceArgs>) {
  const instance = new aws.rds.Instance(`${name}-existing`, {
    engine: "mysql",
    instanceClass: "db.t4g.micro",
    allocatedStorage: 20,
    username: "admin",
    ...args,
  });
  return {
    identity: { instanceIdentifier: instance.identifier, address: instance.address },
    managedSecretArn: managedSecretArn(instance.masterUserSecrets),
  };
}

function createCluster(name: string, args: Partial<aws.rds.ClusterArgs>) {
  const cluster = new aws.rds.Cluster(`${name}-existing`, {
    engine: "aurora-mysql",
    masterUsername: "admin",
    ...args,
  });
  const writer = new aws.rds.ClusterInstance(`${name}-existing`, {
    clusterIdentifier: cluster.id,
    engine: "aurora-mysql",
    instanceClass: "db.t4g.medium",
  });
  return {
    // A cluster exists before its writer, but it cannot be a target until the writer exists.
    identity: { clusterIdentifier: writer.clusterIdentifier, address: cluster.endpoint },
    managedSecretArn: managedSecretArn(cluster.masterUserSecrets),
  };
}

function managedSecretArn(secrets: pulumi.Output<{ secretArn: string }[]>): pulumi.Output<string> {
  return secrets.apply(([secret]) => secret?.secretArn ?? "");
}

function generatedPassword(name: string): pulumi.Output<string> {
  return new random.RandomPassword(`${name}-existing`, { length: 32, special: false }).result;
}

function secretWith(name: string, password: pulumi.Input<string>): pulumi.Output<string> {
  const secret = new aws.secretsmanager.Secret(`${name}-existing`);
  const value = new aws.secretsmanager.SecretVersion(`${name}-existing`, {
    secretId: secret.arn,
    secretString: pulumi.jsonStringify({ username: "admin", password }),
  });
  return value.secretArn;
}
