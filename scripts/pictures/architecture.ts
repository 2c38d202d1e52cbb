import { join } from "node:path";
import { type Graph, graphOf, waysOf } from "../../testing";
import { arrow, label, labelOnLine, picture, rectangle } from "./svg";

const main = join(__dirname, "../../index.ts");

/** A box of the picture. */
interface Box {
  x: number;
  y: number;
  title: string;
  about: string;
  core?: true;
}

const width = 190;
const height = 58;

/** What has a security group, by its name in the program. */
const boxes: Record<string, Box> = {
  "read-function": { x: 50, y: 70, title: "Lambda function", about: "ProxyClientFunction", core: true },
  "sample-manager-function": { x: 50, y: 190, title: "Lambda function", about: "users and migrations" },
  "sample-proxy": { x: 345, y: 130, title: "RDS Proxy", about: "few connections for many", core: true },
  "sample-database": { x: 640, y: 130, title: "MySQL", about: "RDS or Aurora", core: true },
  "sample-secretsmanager": { x: 345, y: 310, title: "Interface endpoint", about: "only where secrets are read" },
  "sample-bastion": { x: 640, y: 310, title: "Bastion", about: "optional" },
};

/** Lines from box to box, around what is between them. */
const lines: Record<string, { points: [number, number][]; at: [number, number]; text: string }> = {
  "read-function -> sample-proxy:3306": {
    points: [
      [240, 99],
      [290, 99],
      [290, 145],
      [345, 145],
    ],
    at: [271, 90],
    text: "3306, TLS",
  },
  "sample-manager-function -> sample-proxy:3306": {
    points: [
      [240, 219],
      [290, 219],
      [290, 173],
      [345, 173],
    ],
    at: [271, 210],
    text: "3306, TLS",
  },
  "sample-proxy -> sample-database:3306": {
    points: [
      [535, 159],
      [640, 159],
    ],
    at: [587, 150],
    text: "3306",
  },
  "sample-bastion -> sample-database:3306": {
    points: [
      [735, 310],
      [735, 188],
    ],
    at: [757, 255],
    text: "3306",
  },
  "sample-proxy -> sample-secretsmanager:443": {
    points: [
      [440, 188],
      [440, 310],
    ],
    at: [458, 255],
    text: "443",
  },
  "sample-manager-function -> sample-secretsmanager:443": {
    points: [
      [145, 248],
      [145, 330],
      [345, 330],
    ],
    at: [300, 322],
    text: "443",
  },
  "read-function -> sample-secretsmanager:443": {
    points: [
      [50, 99],
      [28, 99],
      [28, 352],
      [345, 352],
    ],
    at: [300, 366],
    text: "443",
  },
};

/**
 * The picture of what the program creates. Its boxes and arrows are those of the program's own resources, as their security groups' rules
 * say: it throws an error when the program has another one.
 */
export async function architecture(): Promise<string> {
  const graph = await graphOf(main, {
    project: "lambda-rds-proxy",
    config: { bastion: "true" },
  });
  // Sorted, because which function registers its rules first depends on which package is ready first.
  const ways = waysOf(graph)
    .map(({ from, to, ports }) => `${from} -> ${to}:${ports[0]}`)
    .sort();
  const unknown = [...difference(ways, Object.keys(lines)), ...difference(Object.keys(lines), ways)];
  if (unknown.length > 0) throw new Error(`The picture and the program differ: ${unknown.join(", ")}`);
  return picture(880, 480, description(ways), [
    rectangle(10, 26, 860, 362, "frame"),
    label(24, 46, "VPC: isolated subnets in two zones, no NAT gateway", "small", "start"),
    ...ways.flatMap((way) => lineOf(way)),
    ...Object.values(boxes).map(boxOf),
    ...outside(graph),
  ]);
}

/** What has no security group: Secrets Manager with the program's secrets, and the person at the bastion. */
function outside(graph: Graph): string[] {
  const secrets = graph.all("aws:secretsmanager/secret:Secret").length;
  return [
    arrow(
      [
        [440, 368],
        [440, 410],
      ],
      "dashed",
    ),
    rectangle(345, 410, width, height, "box"),
    label(440, 434, "Secrets Manager", "title"),
    label(440, 454, `${secrets} secrets: user and password`, "small"),
    arrow(
      [
        [735, 410],
        [735, 368],
      ],
      "dashed",
    ),
    labelOnLine(745, 402, "Session Manager", "start"),
    rectangle(640, 410, width, height, "box"),
    label(735, 443, "You", "title"),
    label(24, 434, "Each solid arrow is one rule, from group to group.", "small", "start"),
    label(24, 452, "Nothing else gets in.", "small", "start"),
  ];
}

const boxOf = ({ x, y, title, about, core }: Box): string =>
  rectangle(x, y, width, height, core ? "core" : "box") +
  label(x + width / 2, y + 25, title, "title") +
  label(x + width / 2, y + 44, about, "small");

function lineOf(way: string): string[] {
  const line = lines[way];
  return line === undefined ? [] : [arrow(line.points), labelOnLine(line.at[0], line.at[1], line.text)];
}

const description = (ways: string[]): string => `Who may connect to whom, and on which port: ${ways.join("; ")}`;

const difference = (some: string[], others: string[]): string[] => some.filter((one) => !others.includes(one));
