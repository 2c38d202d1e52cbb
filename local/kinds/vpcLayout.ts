import { ipv4Address, ipv4Number } from "../network";

/** The arguments of `awsx.ec2.Vpc` that decide which subnets it has. */
export interface VpcLayoutArgs {
  /** @default 10.0.0.0/16 */
  cidrBlock?: string | undefined;
  /** @default a public and a private subnet in each zone */
  subnetSpecs?: SubnetSpec[] | undefined;
}

interface SubnetSpec {
  type: "Public" | "Private" | "Isolated" | "Unused";
  name?: string;
  cidrMask?: number;
  cidrBlocks?: string[];
}

/** A subnet that `awsx.ec2.Vpc` makes. */
export interface SubnetLayout {
  /** The name of the resource, such as `vpc-public-1`. */
  name: string;
  type: SubnetSpec["type"];
  availabilityZone: string;
  cidrBlock: string;
}

const defaultSpecs: SubnetSpec[] = [{ type: "Public" }, { type: "Private" }];
/** Prefix lengths of subnets whose specification says nothing. */
const defaultMasks = { Private: 19, Public: 20, Isolated: 24, Unused: 24 };

/**
 * Divides a VPC among the zones, and each zone's part among the subnets, as awsx does if each subnet has a `cidrMask`. Without
 * one, the sizes are only similar.
 */
export function subnetsOf(vpcName: string, zones: string[], args: VpcLayoutArgs): SubnetLayout[] {
  const { cidrBlock = defaultCidrBlock, subnetSpecs = defaultSpecs } = args;
  const [base = "", length = "16"] = cidrBlock.split("/");
  const zoneMask = Number(length) + Math.ceil(Math.log2(Math.max(1, zones.length)));
  return zones
    .flatMap((availabilityZone, index) => {
      let next = ipv4Number(base) + index * 2 ** (32 - zoneMask);
      return subnetSpecs.map(({ type, name, cidrMask = defaultMasks[type], cidrBlocks }) => {
        const size = 2 ** (32 - cidrMask);
        const begin = Math.ceil(next / size) * size;
        next = begin + size;
        return {
          name: `${vpcName}-${name ?? type.toLowerCase()}-${index + 1}`,
          type,
          availabilityZone,
          cidrBlock: cidrBlocks?.[index] ?? `${ipv4Address(begin)}/${cidrMask}`,
        };
      });
    })
    .filter(({ type }) => type !== "Unused");
}

export const defaultCidrBlock = "10.0.0.0/16";
