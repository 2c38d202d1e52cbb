/** A price of AWS in us-east-1, in US dollars, on demand and without a free tier. */
export interface Price {
  item: string;
  dollars: number;
  per: "hour" | "month";
  /** What is counted, such as "vCPU". */
  unit: string;
  /** Where it was read, and when, or "memory". */
  source: string;
  /** Whether it was read in the source. AWS's own price lists could not be read, so most sources quote them. */
  verified: boolean;
}

const toolkit = "aws/agent-toolkit-for-aws";
const calculatorGuide = "usage.ai, guide to the RDS calculator, June 2026";
const memory = { source: "memory", verified: false };

export const prices = {
  proxyVcpu: {
    item: "RDS Proxy, for each vCPU of the database, at least 2",
    dollars: 0.015,
    per: "hour",
    unit: "vCPU",
    source: `${toolkit}, proxy-advisor-workflow.md, 20 August 2026; the minimum of 2 from memory`,
    verified: true,
  },
  proxyAcu: {
    item: "RDS Proxy, for each ACU of Serverless v2, at least 8",
    dollars: 0.015,
    per: "hour",
    unit: "ACU",
    source: "memory; the minimum of 8 from blog.serverworks.co.jp, June 2024",
    verified: false,
  },
  t4gMicro: {
    item: "db.t4g.micro, MySQL, one zone",
    dollars: 0.016,
    per: "hour",
    unit: "instance",
    source: "infratally.com, rds-pricing-explained-2026 (PostgreSQL, same price); usage.ai",
    verified: true,
  },
  gp3: {
    item: "RDS storage, gp3, one zone",
    dollars: 0.115,
    per: "month",
    unit: "GB",
    source: calculatorGuide,
    verified: true,
  },
  backup: {
    item: "Snapshots, and backups beyond the size of the database",
    dollars: 0.095,
    per: "month",
    unit: "GB",
    source: calculatorGuide,
    verified: true,
  },
  auroraT4gMedium: {
    item: "db.t4g.medium, Aurora Standard",
    dollars: 0.073,
    per: "hour",
    unit: "instance",
    source: `${toolkit}, acu_calculator.py, 28 March 2026`,
    verified: true,
  },
  auroraAcu: {
    item: "Aurora Serverless v2, Standard",
    dollars: 0.12,
    per: "hour",
    unit: "ACU",
    source: `${toolkit}, acu_calculator.py, 28 March 2026`,
    verified: true,
  },
  auroraStorage: {
    item: "Aurora storage, Standard, requests not counted",
    dollars: 0.1,
    per: "month",
    unit: "GB",
    source: `${toolkit}, acu_calculator.py, 28 March 2026`,
    verified: true,
  },
  secret: {
    item: "Secrets Manager",
    dollars: 0.4,
    per: "month",
    unit: "secret",
    source: "aws.amazon.com/secrets-manager/pricing as copied by api-evangelist, 20 September 2026",
    verified: true,
  },
  endpoint: {
    item: "Interface endpoint, in each zone",
    dollars: 0.01,
    per: "hour",
    unit: "zone",
    source: `${toolkit}, service-optimization.md ("about"), August 2026`,
    verified: true,
  },
  alarm: { item: "CloudWatch alarm, for each metric it reads", dollars: 0.1, per: "month", unit: "metric", ...memory },
  dashboard: { item: "CloudWatch dashboard", dollars: 3, per: "month", unit: "dashboard", ...memory },
  t4gNano: { item: "EC2 t4g.nano (bastion)", dollars: 0.0042, per: "hour", unit: "instance", ...memory },
  ebs: { item: "EC2 storage, gp3", dollars: 0.08, per: "month", unit: "GB", ...memory },
  ipv4: { item: "Public IPv4 address", dollars: 0.005, per: "hour", unit: "address", ...memory },
  extendedSupport: {
    item: "RDS Extended Support, first and second year",
    dollars: 0.1,
    per: "hour",
    unit: "vCPU",
    ...memory,
  },
  extendedSupportYear3: {
    item: "RDS Extended Support, third year",
    dollars: 0.2,
    per: "hour",
    unit: "vCPU",
    source: "cloudburn.io, 17 March 2026 (292 dollars a month for an m5.large)",
    verified: true,
  },
} satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;
