import { type Price, prices } from "./prices";
import { extras, hoursInMonth, type Item, monthly, type Stack, stacks } from "./stacks";

/** A row for each stack: the table in README. */
export function summary(headings = ["Stack", "Set", "Dollars a month", "of these RDS Proxy"]): string {
  return table(
    headings,
    stacks.map(({ name, how, items }) => [name, how, dollars(items), dollars(items.filter(isProxy))]),
    2,
  );
}

/** The whole of docs/costs.md. */
export function page(): string {
  return `# What it costs

Written by \`npm run cost -- --write\`, from the prices in [prices.ts](../scripts/cost/prices.ts) and the quantities in
[stacks.ts](../scripts/cost/stacks.ts). The figures are US dollars in a month of ${hoursInMonth} hours in us-east-1, on demand, before
taxes and without a free tier. Other regions have other prices.

${summary()}

\\* With a price or a minimum from memory: see [Prices](#prices).

## By item

${breakdown(stacks)}

The 0.5 ACU are the least that Serverless v2 can be billed for. The proxy in front of them costs more than they do.

The durable stack has the default instance class here. [Pulumi.prod.yaml](../Pulumi.prod.yaml) asks for \`db.m7g.large\`, whose
price was not looked up.

## On top

${breakdown(extras)}

In an existing VPC without a way out, the bastion has no public address. It has two more endpoints instead, in one zone each.

## Not counted

Lambda, logs, calls of Secrets Manager, data that crosses the endpoint or zones, Aurora's requests to its storage, and backups up
to the size of the database, which are free. A small stack has little of these, but \`debugLogging\` can make a log grow fast.

## No cost for the proxy

A proxy is billed as long as it exists, used or not, and it cannot be stopped. \`pulumi destroy\` a stack that you do not use, and
\`pulumi up\` when you need it again.

A disposable database is gone after that, with its data. A durable one leaves a final snapshot, whose storage is billed until
you delete the snapshot.

## Prices

AWS's own price pages could not be read. The prices come from other texts, and those marked "memory" from none: they are
**unverified**. Before you count on a price, look at AWS's page for [RDS Proxy](https://aws.amazon.com/rds/proxy/pricing/),
[RDS for MySQL](https://aws.amazon.com/rds/mysql/pricing/), [Aurora](https://aws.amazon.com/rds/aurora/pricing/) or
[PrivateLink](https://aws.amazon.com/privatelink/pricing/).

${priceTable()}

Two rules are **unverified** as well: that the proxy is billed for every instance of a cluster, readers included, and that it is
not billed for the standby of a Multi-AZ instance.
`;
}

const isProxy = ({ price }: Item) => price === "proxyVcpu" || price === "proxyAcu";

function breakdown(list: Stack[]): string {
  const rows = list.flatMap(({ name, items }) => [
    ...items.map((item, index) => [index === 0 ? name : "", item.what, calculation(item), dollars([item])]),
    ...(items.length > 1 ? [["", "**Sum**", "", `**${dollars(items)}**`]] : []),
  ]);
  return table(["Stack", "Item", "Calculation", "Dollars a month"], rows, 3);
}

function calculation({ price, quantity }: Item): string {
  const { dollars, per } = prices[price];
  return `${quantity} × ${per === "hour" ? `${hoursInMonth} h × ` : ""}${dollars}`;
}

function priceTable(): string {
  const all: Price[] = Object.values(prices);
  const rows = all.map(({ item, dollars, unit, per, source }) => [item, `${dollars} per ${unit}-${per}`, source]);
  return table(["Price", "Dollars", "Source"], rows);
}

/** Cents, with a star where a price was not verified. */
function dollars(items: Item[]): string {
  const isVerified = items.every(({ price }) => prices[price].verified);
  return `${monthly(items).toFixed(2)}${isVerified ? "" : " \\*"}`;
}

/** A table in Markdown as Prettier writes it, with numbers from column `numbers` on. */
function table(head: string[], rows: string[][], numbers = head.length): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => columnsOf(row[column] ?? ""))));
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const padded = (row: string[]) =>
    line(widths.map((width, column) => pad(row[column] ?? "", width, column >= numbers)));
  const rule = line(
    widths.map((width, column) => (column >= numbers ? `${"-".repeat(width - 1)}:` : "-".repeat(width))),
  );
  return [padded(head), rule, ...rows.map(padded)].join("\n");
}

function pad(text: string, width: number, isNumber: boolean): string {
  const gap = " ".repeat(width - columnsOf(text));
  return isNumber ? gap + text : text + gap;
}

/** A Japanese character is as wide as two Latin ones. */
function columnsOf(text: string): number {
  return text.replace(/[\u3000-\u9fff\uff00-\uffef]/g, "..").length;
}
