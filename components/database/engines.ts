/** Engines that RDS Proxy speaks MySQL's protocol for. */
export type EngineName = "mysql" | "mariadb" | "aurora-mysql";

/** What differs between the engines. */
export interface Engine {
  name: EngineName;
  /** As people call it. */
  title: string;
  defaultVersion: string;
  defaultInstanceClass: string;
  /** Versions that RDS offers and RDS Proxy works with. */
  version: RegExp;
  versionRule: string;
  /** Family of the parameter groups of a version. */
  family: (version: string) => string;
  /** Families of instance classes that the engine runs on. */
  instanceClass: RegExp;
  instanceClassRule: string;
}

/** `8.4` of `8.4.6`: parameter group families are per major version. */
function majorVersion(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/**
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.RDS_Fea_Regions_DB-eng.Feature.RDS_Proxy.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.Aurora_Fea_Regions_DB-eng.Feature.RDS_Proxy.html
 */
export const engines: Record<EngineName, Engine> = {
  mysql: {
    name: "mysql",
    title: "RDS for MySQL",
    defaultVersion: "8.4",
    defaultInstanceClass: "db.t4g.micro",
    version: /^8\.(0|4)(\.\d+)?$/,
    versionRule:
      'RDS Proxy works with RDS for MySQL 8.0 and 8.4: use a major version such as "8.4" or a full one such as "8.4.6"',
    family: (version) => `mysql${majorVersion(version)}`,
    instanceClass: /^db\.[a-z0-9-]+\.[a-z0-9]+$/,
    instanceClassRule: 'it must be a class such as "db.t4g.micro"',
  },
  mariadb: {
    name: "mariadb",
    title: "RDS for MariaDB",
    defaultVersion: "11.8",
    defaultInstanceClass: "db.t4g.micro",
    version: /^(10\.11|11\.4|11\.8)(\.\d+)?$/,
    versionRule:
      'RDS has RDS for MariaDB 10.11, 11.4 and 11.8 behind RDS Proxy: use a major version such as "11.8" or a full one such as "11.8.3"',
    family: (version) => `mariadb${majorVersion(version)}`,
    instanceClass: /^db\.[a-z0-9-]+\.[a-z0-9]+$/,
    instanceClassRule: 'it must be a class such as "db.t4g.micro"',
  },
  "aurora-mysql": {
    name: "aurora-mysql",
    title: "Aurora MySQL",
    defaultVersion: "8.0",
    defaultInstanceClass: "db.t4g.medium",
    version: /^8\.0(\.mysql_aurora\.3\.\d+\.\d+)?$/,
    versionRule:
      'RDS Proxy works with Aurora MySQL version 3: use "8.0" or a full version such as "8.0.mysql_aurora.3.10.1"',
    family: (version) => `aurora-mysql${majorVersion(version)}`,
    // Aurora runs on classes with much memory, and on the larger burstable ones.
    instanceClass: /^db\.((t3|t4g)\.(medium|large)|(r|x)[a-z0-9-]+\.[a-z0-9]+)$/,
    instanceClassRule:
      'Aurora MySQL needs a class such as "db.r7g.large", or "db.t4g.medium" for trials; for Serverless v2 leave it out and give serverless',
  },
};

/** From this day on RDS bills Extended Support for RDS for MySQL 8.0. */
export const mysql80Extended = "2026-08-01";

/**
 * Families of instance classes that AWS has taken out of service.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html
 */
export const retiredInstanceClasses = /^db\.(t1|t2|m1|m2|m3|m4|r3|r4|cr1)\./;
