/** Engines that RDS Proxy speaks MySQL's protocol for. */
export type EngineName = "mysql" | "mariadb" | "aurora-mysql";

/** How clients prove their password to the proxy. */
export type PasswordAuthType = "MYSQL_CACHING_SHA2_PASSWORD" | "MYSQL_NATIVE_PASSWORD";

/** All that differs between the engines. Nothing else asks for an engine's name. */
export interface Engine {
  name: EngineName;
  /** What it runs on: a single instance, or a cluster with a writer and readers. */
  kind: "instance" | "cluster";
  /** What the key `engine` of a secret says, for rotation functions: they do not know a cluster's engine by its RDS name. */
  secretEngine: "mysql" | "mariadb";
  defaultPort: number;
  defaultVersion: string;
  defaultInstanceClass: string;
  /** Versions that RDS offers. */
  version: RegExp;
  versionRule: string;
  /** Versions that AWS's documentation says RDS Proxy works with, and where it says so. */
  documented: { version: RegExp; source: string };
  /** Whether AWS offers Extended Support, which it bills per vCPU-hour once a version's standard support has ended. */
  hasExtendedSupport: boolean;
  /** Versions whose standard support has ended, and since when. */
  ended?: { title: string; version: RegExp; since: string; instead: string };
  /** Family of the parameter groups of a version. */
  family: (version: string) => string;
  /** Families of instance classes that the engine runs on. */
  instanceClass: RegExp;
  instanceClassRule: string;
  /** Logs that RDS can send to CloudWatch. */
  logs: string[];
  /**
   * How `require_secure_transport` is switched on, which instances and clusters store differently, and the versions that have it
   * on by default. Setting a parameter to its default would be a change for ever.
   * https://github.com/hashicorp/terraform-provider-aws/issues/39252
   */
  secureTransport: { on: "1" | "ON"; isDefault: RegExp };
  /** Undefined: what AWS chooses. */
  defaultPasswordAuthType: PasswordAuthType | undefined;
  /** Why the engine cannot have a kind of authentication, and what to do. */
  passwordAuthRefusals: Partial<Record<PasswordAuthType, { version: RegExp; rule: string }>>;
}

const port = 3306;
const anyVersion = /^/;
const logs = ["audit", "error", "general", "slowquery"];
const rdsGuide = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide";
const auroraGuide = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide";
const rdsProxyVersions = `${rdsGuide}/Concepts.RDS_Fea_Regions_DB-eng.Feature.RDSProxy.html`;
const auroraProxyVersions = `${auroraGuide}/Concepts.Aurora_Fea_Regions_DB-eng.Feature.RDS_Proxy.html`;

/** `8.4` of `8.4.6`: parameter group families are per major version. */
function majorVersion(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/** Authentication: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_UserAuthConfig.html */
export const engines: Record<EngineName, Engine> = {
  mysql: {
    name: "mysql",
    kind: "instance",
    secretEngine: "mysql",
    defaultPort: port,
    defaultVersion: "8.4",
    defaultInstanceClass: "db.t4g.micro",
    version: /^(8\.0|8\.4|9\.\d+)(\.\d+)?$/,
    versionRule:
      'RDS Proxy works with RDS for MySQL 8.0 and 8.4: use a major version such as "8.4" or a full one such as "8.4.6"',
    documented: { version: /^8\.(0|4)/, source: rdsProxyVersions },
    hasExtendedSupport: true,
    ended: { title: "MySQL 8.0", version: /^8\.0/, since: "2026-08-01", instead: "8.4" },
    family: (version) => `mysql${majorVersion(version)}`,
    instanceClass: /^db\.[a-z0-9-]+\.[a-z0-9]+$/,
    instanceClassRule: 'it must be a class such as "db.t4g.micro"',
    logs,
    secureTransport: { on: "1", isDefault: /^9\./ },
    defaultPasswordAuthType: "MYSQL_CACHING_SHA2_PASSWORD",
    passwordAuthRefusals: {
      MYSQL_NATIVE_PASSWORD: {
        version: /^(8\.4|9\.)/,
        rule: "MySQL 8.4 and later have native passwords switched off: leave it out, or use engineVersion 8.0",
      },
    },
  },
  mariadb: {
    name: "mariadb",
    kind: "instance",
    secretEngine: "mariadb",
    defaultPort: port,
    defaultVersion: "11.8",
    defaultInstanceClass: "db.t4g.micro",
    version: /^(10\.11|11\.4|11\.8)(\.\d+)?$/,
    versionRule:
      'RDS has RDS for MariaDB 10.11, 11.4 and 11.8 behind RDS Proxy: use a major version such as "11.8" or a full one such as "11.8.3"',
    documented: { version: anyVersion, source: rdsProxyVersions },
    hasExtendedSupport: false,
    family: (version) => `mariadb${majorVersion(version)}`,
    instanceClass: /^db\.[a-z0-9-]+\.[a-z0-9]+$/,
    instanceClassRule: 'it must be a class such as "db.t4g.micro"',
    logs,
    secureTransport: { on: "1", isDefault: /^11\.8/ },
    defaultPasswordAuthType: "MYSQL_NATIVE_PASSWORD",
    passwordAuthRefusals: {
      MYSQL_CACHING_SHA2_PASSWORD: { version: anyVersion, rule: "MariaDB does not have it: leave it out" },
    },
  },
  "aurora-mysql": {
    name: "aurora-mysql",
    kind: "cluster",
    secretEngine: "mysql",
    defaultPort: port,
    defaultVersion: "8.0",
    defaultInstanceClass: "db.t4g.medium",
    version: /^8\.(0|4)(\.mysql_aurora\.\d+\.\d+\.\d+)?$/,
    versionRule:
      'RDS Proxy works with Aurora MySQL version 3: use "8.0" or a full version such as "8.0.mysql_aurora.3.10.1"',
    documented: { version: /^8\.0/, source: auroraProxyVersions },
    hasExtendedSupport: true,
    family: (version) => `aurora-mysql${majorVersion(version)}`,
    // Aurora runs on classes with much memory, and on the larger burstable ones.
    instanceClass: /^db\.((t3|t4g)\.(medium|large)|(r|x)[a-z0-9-]+\.[a-z0-9]+)$/,
    instanceClassRule:
      'Aurora MySQL needs a class such as "db.r7g.large", or "db.t4g.medium" for trials; for Serverless v2 leave it out and give serverless',
    logs: [...logs, "instance", "iam-db-auth-error"],
    secureTransport: { on: "ON", isDefault: /^8\.4/ },
    defaultPasswordAuthType: undefined,
    passwordAuthRefusals: {},
  },
};

export const engineNames = Object.keys(engines) as EngineName[];

/** The engine that is used when none is named, for each kind of database. */
export const defaultEngines = { instance: engines.mysql, cluster: engines["aurora-mysql"] };

/**
 * Families of instance classes that AWS has taken out of service.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html
 */
export const retiredInstanceClasses = /^db\.(t1|t2|m1|m2|m3|m4|r3|r4|cr1)\./;
