import type * as pulumi from "@pulumi/pulumi";
import { durabilities, type Durability, type DurabilityName } from "./durability";
import type { InstanceSettings } from "./instance";
import type { ExistingVpc } from "./network";
import type { ProxySettings } from "./proxy";
import { Validator } from "./validation";

/** Arguments of {@link ProxiedDatabase}. Every one has a default. */
export interface ProxiedDatabaseArgs {
  /**
   * An existing VPC to build in.
   * @default a new VPC with public and isolated subnets in two availability zones, and no NAT gateway
   */
  vpc?: ExistingVpc | undefined;
  /**
   * Version of RDS for MySQL: a major version, which follows AWS's minor upgrades, or a full one.
   * @default "8.4"
   */
  engineVersion?: string | undefined;
  /**
   * Class of the database instance. It also sets how many connections there are to share: about 85 per GiB of memory.
   * @default "db.t4g.micro"
   */
  instanceClass?: string | undefined;
  /**
   * Storage in GiB, 20 to 65536.
   * @default 20
   */
  allocatedStorage?: number | undefined;
  /**
   * Name of the database (schema) that is created and that functions work in: a letter, then up to 63 letters, digits
   * or underscores.
   * @default "test"
   */
  databaseName?: string | undefined;
  /**
   * Name of the master user: a letter, then up to 15 letters, digits or underscores.
   * @default "admin"
   */
  username?: string | undefined;
  /**
   * Password of the master user, 8 to 41 characters. Pass secret config; the component keeps it secret either way.
   * @default a generated one
   */
  password?: pulumi.Input<string> | undefined;
  /** Settings of the proxy itself. */
  proxy?: Partial<ProxySettings> | undefined;
  /**
   * Whether to create a bastion: an EC2 instance, reached through Session Manager, from which people can reach the database.
   * @default false
   */
  bastion?: boolean | undefined;
  /**
   * What happens to the data when the stack is destroyed. A `disposable` database vanishes with its stack; a `durable`
   * one is protected from deletion, keeps 7 days of backups and leaves a final snapshot.
   * @default "disposable"
   */
  durability?: DurabilityName | undefined;
  /** Tags for every resource that can carry tags. */
  tags?: Record<string, pulumi.Input<string>> | undefined;
}

/** The arguments with defaults filled in and every value checked. */
export interface ProxiedDatabaseSettings {
  vpc: ExistingVpc | undefined;
  instance: InstanceSettings;
  proxy: ProxySettings;
  password: pulumi.Input<string> | undefined;
  bastion: boolean;
  durability: Durability;
  tags: Record<string, pulumi.Input<string>>;
}

/** @throws ArgumentError at the first argument that cannot work */
export function normalize(name: string, args: ProxiedDatabaseArgs): ProxiedDatabaseSettings {
  const check = new Validator(`ProxiedDatabase "${name}"`);
  const durability =
    durabilities[check.oneOf("durability", args.durability ?? "disposable", ["disposable", "durable"])];
  return {
    vpc: checkVpc(check, args.vpc),
    instance: normalizeInstance(check, args, durability),
    proxy: normalizeProxy(check, args.proxy ?? {}),
    password: args.password,
    bastion: args.bastion ?? false,
    durability,
    tags: args.tags ?? {},
  };
}

function checkVpc(check: Validator, vpc: ExistingVpc | undefined): ExistingVpc | undefined {
  if (vpc !== undefined && vpc.subnetIds.length < 2) {
    check.refuse(
      "vpc.subnetIds",
      vpc.subnetIds,
      "RDS Proxy needs two or more subnets, in at least two availability zones",
    );
  }
  return vpc;
}

function normalizeInstance(check: Validator, args: ProxiedDatabaseArgs, durability: Durability): InstanceSettings {
  return {
    engineVersion: check.matching(
      "engineVersion",
      args.engineVersion ?? "8.4",
      /^8\.(0|4)(\.\d+)?$/,
      'RDS Proxy works with RDS for MySQL 8.0 and 8.4: use a major version such as "8.4" or a full one such as "8.4.6"',
    ),
    instanceClass: check.matching(
      "instanceClass",
      args.instanceClass ?? "db.t4g.micro",
      /^db\.[a-z0-9-]+\.[a-z0-9]+$/,
      'it must be a class such as "db.t4g.micro"',
    ),
    allocatedStorage: check.wholeNumber("allocatedStorage", args.allocatedStorage ?? 20, 20, 65_536, "GiB"),
    databaseName: check.matching(
      "databaseName",
      args.databaseName ?? "test",
      /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
      "it must begin with a letter and have up to 64 letters, digits and underscores",
    ),
    username: check.matching(
      "username",
      args.username ?? "admin",
      /^[A-Za-z][A-Za-z0-9_]{0,15}$/,
      "it must begin with a letter and have up to 16 letters, digits and underscores",
    ),
    durability,
  };
}

function normalizeProxy(check: Validator, args: Partial<ProxySettings>): ProxySettings {
  const maxConnectionsPercent = check.wholeNumber(
    "proxy.maxConnectionsPercent",
    args.maxConnectionsPercent ?? 100,
    1,
    100,
    "percent",
  );
  const maxIdleConnectionsPercent = args.maxIdleConnectionsPercent ?? Math.floor(maxConnectionsPercent / 2);
  return {
    requireTls: args.requireTls ?? true,
    debugLogging: args.debugLogging ?? false,
    idleClientTimeout: check.wholeNumber(
      "proxy.idleClientTimeout",
      args.idleClientTimeout ?? 1_800,
      1,
      28_800,
      "seconds",
    ),
    maxConnectionsPercent,
    maxIdleConnectionsPercent: check.wholeNumber(
      "proxy.maxIdleConnectionsPercent",
      maxIdleConnectionsPercent,
      0,
      maxConnectionsPercent,
      "percent (no more than maxConnectionsPercent)",
    ),
    connectionBorrowTimeout: check.wholeNumber(
      "proxy.connectionBorrowTimeout",
      args.connectionBorrowTimeout ?? 120,
      0,
      300,
      "seconds",
    ),
  };
}
