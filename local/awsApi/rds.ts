import type { ProxyInVpc } from "../account/proxyInVpc";
import type { Database } from "../account/rds";
import { targetOf } from "../loopbackApi/proxyStatus";
import type { NetworkInterface } from "../network";
import { ServiceError } from "../secretsManager";
import type { Services } from "./services";
import type { Answer, ItemNames } from "./xml";

/** Names of the elements in RDS's lists. */
export const rdsItemNames: ItemNames = {
  DBInstances: "DBInstance",
  DBClusters: "DBCluster",
  DBClusterMembers: "DBClusterMember",
  DBSubnetGroups: "DBSubnetGroup",
  Subnets: "Subnet",
  VpcSecurityGroups: "VpcSecurityGroupMembership",
};

/** RDS's operations. Proxies, targets and databases are what they are at this moment. */
export const rds: Record<string, (form: URLSearchParams, account: Services) => Answer> = {
  DescribeDBProxies: (form, account) => ({
    DBProxies: proxiesOf(form, account).map(([name, owner]) => ({
      DBProxyName: name,
      DBProxyArn: owner.identity.arn,
      Status: "available",
      EngineFamily: "MYSQL",
      ...placeOf(owner.networkInterface),
      Auth: owner.identity.auths.map(({ secretArn, iamAuth = "DISABLED", clientPasswordAuthType }) => ({
        AuthScheme: "SECRETS",
        SecretArn: secretArn,
        IAMAuth: iamAuth,
        ClientPasswordAuthType: clientPasswordAuthType,
      })),
      RoleArn: owner.identity.roleArn,
      Endpoint: owner.options.endpoint,
      RequireTLS: owner.options.requireTls,
      IdleClientTimeout: owner.options.idleClientTimeout,
      DebugLogging: owner.options.debugLogging,
    })),
  }),
  DescribeDBProxyEndpoints: (_form, { rds: { proxies } }) => ({
    DBProxyEndpoints: [...proxies].flatMap(([name, owner]) =>
      owner.furtherEndpoints.map(({ name: endpointName, host, readOnly, networkInterface }) => ({
        DBProxyEndpointName: endpointName,
        DBProxyName: name,
        Status: "available",
        ...placeOf(networkInterface),
        Endpoint: host,
        TargetRole: readOnly ? "READ_ONLY" : "READ_WRITE",
        IsDefault: false,
      })),
    ),
  }),
  DescribeDBProxyTargetGroups: (form, account) => ({
    TargetGroups: proxiesOf(form, account).map(([name, { targetGroup }]) => ({
      DBProxyName: name,
      TargetGroupName: "default",
      IsDefault: true,
      Status: "available",
      ConnectionPoolConfig: {
        MaxConnectionsPercent: targetGroup.maxConnectionsPercent,
        MaxIdleConnectionsPercent: targetGroup.maxIdleConnectionsPercent,
        ConnectionBorrowTimeout: targetGroup.connectionBorrowTimeout,
        SessionPinningFilters: targetGroup.sessionPinningFilters,
        InitQuery: targetGroup.initQuery,
      },
    })),
  }),
  DescribeDBProxyTargets: (form, account) => ({
    Targets: proxiesOf(form, account).flatMap(([, { proxy }]) =>
      proxy.targetHealth().flatMap((health) => targetOf(account.rds, health) as unknown as Answer[]),
    ),
  }),
  DescribeDBInstances: (form, account) => {
    const [identifier, database] = databaseOf(form.get("DBInstanceIdentifier"), account, "DBInstanceNotFound");
    const { subnetGroupName, instance } = database;
    return {
      DBInstances: [
        {
          DBInstanceIdentifier: identifier,
          DBInstanceClass: instance?.instanceClass,
          ...common(database),
          DBInstanceStatus: "available",
          Endpoint: { Address: database.hostNames[0], Port: database.port },
          DBSubnetGroup: subnetGroupOf(account, subnetGroupName),
        },
      ],
    };
  },
  DescribeDBClusters: (form, account) => {
    const [identifier, database] = databaseOf(form.get("DBClusterIdentifier"), account, "DBClusterNotFoundFault");
    return {
      DBClusters: [
        {
          DBClusterIdentifier: identifier,
          ...common(database),
          Status: "available",
          Endpoint: database.hostNames[0],
          Port: database.port,
          DBSubnetGroup: database.subnetGroupName,
        },
      ],
    };
  },
  DescribeDBSubnetGroups: (form, account) => ({
    DBSubnetGroups: [subnetGroupOf(account, form.get("DBSubnetGroupName") ?? undefined)],
  }),
};

function proxiesOf(form: URLSearchParams, { rds: { proxies } }: Services): [string, ProxyInVpc][] {
  const name = form.get("DBProxyName");
  if (name !== null && !proxies.has(name)) {
    throw new ServiceError("DBProxyNotFoundFault", `DB Proxy ${name} not found`);
  }
  return [...proxies].filter(([candidate]) => name === null || candidate === name);
}

function databaseOf(identifier: string | null, { rds: { databases } }: Services, code: string): [string, Database] {
  const database = databases.get(identifier ?? "");
  if (database === undefined) throw new ServiceError(code, `${String(identifier)} not found.`);
  return [identifier ?? "", database];
}

function common({ engine, networkInterface }: Database): Record<string, Answer> {
  return {
    Engine: engine,
    VpcSecurityGroups: networkInterface.securityGroupIds.map((id) => ({
      VpcSecurityGroupId: id,
      Status: "active",
    })),
  };
}

function subnetGroupOf({ rds: { subnetGroups }, network }: Services, name: string | undefined): Answer {
  const subnetIds = subnetGroups.get(name ?? "") ?? [];
  return {
    DBSubnetGroupName: name,
    VpcId: network.subnets.get(subnetIds[0] ?? "")?.vpcId,
    Subnets: subnetIds.map((id) => ({ SubnetIdentifier: id, SubnetStatus: "Active" })),
  };
}

function placeOf({ vpcId, subnetIds, securityGroupIds }: NetworkInterface): Record<string, Answer> {
  return { VpcId: vpcId, VpcSecurityGroupIds: securityGroupIds, VpcSubnetIds: subnetIds };
}
