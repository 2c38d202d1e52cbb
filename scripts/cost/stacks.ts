import type { ProxiedDatabaseArgs } from "../../components";
import { type PriceName, prices } from "./prices";

/** Hours that AWS's own calculator takes for a month. */
export const hoursInMonth = 730;

/** How much of something a stack has, at its price. */
export interface Item {
  what: string;
  price: PriceName;
  quantity: number;
}

export interface Stack {
  name: string;
  /** What to write for it, in the configuration or as an argument. */
  how: string;
  /** The same as arguments, for the test that compares the quantities with what the component registers. */
  args?: ProxiedDatabaseArgs;
  items: Item[];
}

/** Dollars in a month of some of the items. */
export function monthly(items: Item[]): number {
  return items
    .map(({ price, quantity }) => quantity * prices[price].dollars * (prices[price].per === "hour" ? hoursInMonth : 1))
    .reduce((sum, dollars) => sum + dollars, 0);
}

const item = (what: string, price: PriceName, quantity = 1): Item => ({ what, price, quantity });

const proxy = item("RDS Proxy for 2 vCPU", "proxyVcpu", 2);
const instance = [item("db.t4g.micro", "t4gMicro"), item("20 GB of storage", "gp3", 20)];
const writer = item("db.t4g.medium, writer", "auroraT4gMedium");
/** Aurora's storage has the size of its data. */
const auroraStorage = item("10 GB of data", "auroraStorage", 10);
const secret = item("secrets of the master user and of the functions' user", "secret", 2);
const endpoint = item("endpoint of Secrets Manager in two zones", "endpoint", 2);

export const stacks: Stack[] = [
  { name: "Default", how: "", args: {}, items: [proxy, ...instance, secret, endpoint] },
  { name: "IAM", how: "`auth: iam`", args: { auth: "iam" }, items: [proxy, ...instance, secret] },
  {
    name: "Durable",
    how: "`durability: durable`",
    args: { durability: "durable" },
    items: [
      proxy,
      item("db.t4g.micro and its standby", "t4gMicro", 2),
      item("20 GB of storage, twice", "gp3", 40),
      secret,
      endpoint,
    ],
  },
  {
    name: "Aurora",
    how: "`engine: aurora-mysql`",
    args: { database: { engine: "aurora-mysql" } },
    items: [proxy, writer, auroraStorage, secret, endpoint],
  },
  {
    name: "Aurora with a reader",
    how: "`database.readers: 1`",
    args: { database: { engine: "aurora-mysql", readers: 1 } },
    items: [
      item("RDS Proxy for twice 2 vCPU", "proxyVcpu", 4),
      writer,
      item("db.t4g.medium, reader", "auroraT4gMedium"),
      auroraStorage,
      secret,
      endpoint,
    ],
  },
  {
    name: "Aurora Serverless v2 at 0.5 ACU",
    how: "`database.serverless`",
    args: { database: { engine: "aurora-mysql", serverless: { minCapacity: 0.5, maxCapacity: 1 } } },
    items: [
      item("RDS Proxy for its minimum of 8 ACU", "proxyAcu", 8),
      item("writer at 0.5 ACU", "auroraAcu", 0.5),
      auroraStorage,
      secret,
      endpoint,
    ],
  },
];

/** What comes on top of a stack. */
export const extras: Stack[] = [
  {
    name: "Bastion",
    how: "`bastion: true`",
    args: { bastion: true },
    items: [item("t4g.nano", "t4gNano"), item("8 GB of storage", "ebs", 8), item("public IPv4 address", "ipv4")],
  },
  {
    name: "Alarms and dashboard",
    how: "`alarmTopicArn`",
    args: { alarms: { topicArn: "arn:aws:sns:us-east-1:123456789012:alerts" } },
    items: [item("six alarms on seven metrics", "alarm", 7), item("dashboard", "dashboard")],
  },
  {
    name: "One more database user",
    how: "`users: { reporting: {} }`",
    args: { users: { reporting: {} } },
    items: [item("secret", "secret")],
  },
  {
    name: "Extended Support, years 1 and 2",
    how: "`database.extendedSupport`",
    args: { database: { engineVersion: "8.0", extendedSupport: true } },
    items: [item("2 vCPU", "extendedSupport", 2)],
  },
  { name: "Extended Support, year 3", how: "the same", items: [item("2 vCPU", "extendedSupportYear3", 2)] },
  {
    name: "Final snapshot",
    how: "left by `durability: durable`",
    items: [item("20 GB at the most", "backup", 20)],
  },
];
