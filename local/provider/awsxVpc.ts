import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { defaultCidrBlock, type SubnetLayout, subnetsOf, type VpcLayoutArgs } from "../kinds/vpcLayout";

/** The arguments of `awsx.ec2.Vpc` that the stand-in acts upon. */
export interface VpcArgs extends VpcLayoutArgs {
  /** Names of zones. @default the first ones of the region */
  availabilityZoneNames?: string[];
  /** @default 3 */
  numberOfAvailabilityZones?: number;
  natGateways?: { strategy?: "None" | "Single" | "OnePerAz"; elasticIpAllocationIds?: string[] };
  enableDnsHostnames?: pulumi.Input<boolean>;
  enableDnsSupport?: pulumi.Input<boolean>;
  instanceTenancy?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

interface Children {
  subnets: { layout: SubnetLayout; subnet: aws.ec2.Subnet }[];
  routeTables: aws.ec2.RouteTable[];
  routeTableAssociations: aws.ec2.RouteTableAssociation[];
  routes: aws.ec2.Route[];
  natGateways: aws.ec2.NatGateway[];
  eips: aws.ec2.Eip[];
}

/**
 * `awsx.ec2.Vpc`, with the children of the real component by the same names and below the same parents:
 * https://github.com/pulumi/pulumi-awsx/blob/master/awsx/ec2/vpc.ts
 */
export class Vpc extends pulumi.ComponentResource {
  readonly state: pulumi.Inputs;
  private readonly children: Children = {
    subnets: [],
    routeTables: [],
    routeTableAssociations: [],
    routes: [],
    natGateways: [],
    eips: [],
  };

  constructor(
    private readonly name: string,
    private readonly args: VpcArgs,
    zones: string[],
    options: pulumi.ComponentResourceOptions,
  ) {
    super("awsx:ec2:Vpc", name, {}, options);
    const vpc = new aws.ec2.Vpc(
      name,
      {
        cidrBlock: args.cidrBlock ?? defaultCidrBlock,
        enableDnsHostnames: args.enableDnsHostnames,
        enableDnsSupport: args.enableDnsSupport,
        instanceTenancy: args.instanceTenancy,
        tags: this.tags(name),
      },
      { parent: this },
    );
    const gateway = new aws.ec2.InternetGateway(name, { vpcId: vpc.id, tags: this.tags(name) }, childOf(vpc));
    const layouts = subnetsOf(name, zones, args);
    for (const [index, zone] of zones.entries()) {
      const ofZone = layouts.filter(({ availabilityZone }) => availabilityZone === zone);
      // Public subnets first, because the private ones use their NAT gateways.
      for (const layout of ofZone.toSorted((left, right) => rank(left) - rank(right))) {
        this.createSubnet(vpc, gateway, layout, index);
      }
    }
    this.state = this.outputs(vpc, gateway, layouts);
    this.registerOutputs(this.state);
  }

  private createSubnet(vpc: aws.ec2.Vpc, gateway: aws.ec2.InternetGateway, layout: SubnetLayout, zone: number): void {
    const { name, type, availabilityZone, cidrBlock } = layout;
    const { children } = this;
    const tags = this.tags(name, { SubnetType: type });
    const subnet = new aws.ec2.Subnet(
      name,
      {
        vpcId: vpc.id,
        availabilityZone,
        cidrBlock,
        mapPublicIpOnLaunch: type === "Public",
        assignIpv6AddressOnCreation: false,
        tags,
      },
      childOf(vpc),
    );
    const routeTable = new aws.ec2.RouteTable(name, { vpcId: vpc.id, tags }, childOf(subnet));
    const association = { routeTableId: routeTable.id, subnetId: subnet.id };
    children.subnets.push({ layout, subnet });
    children.routeTables.push(routeTable);
    children.routeTableAssociations.push(new aws.ec2.RouteTableAssociation(name, association, childOf(routeTable)));
    if (type === "Public") this.createNatGateway(subnet, zone);
    const way = this.wayOut(type, gateway, zone);
    if (way === undefined) return;
    const route = { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", ...way };
    children.routes.push(new aws.ec2.Route(name, route, childOf(routeTable)));
  }

  private createNatGateway(subnet: aws.ec2.Subnet, zone: number): void {
    const { natGateways, eips } = this.children;
    const { strategy = "OnePerAz", elasticIpAllocationIds = [] } = this.args.natGateways ?? {};
    if (strategy === "None" || (strategy === "Single" && natGateways.length > 0)) return;
    const name = `${this.name}-${zone + 1}`;
    const tags = this.tags(name);
    let allocationId: pulumi.Input<string> | undefined = elasticIpAllocationIds[zone];
    if (allocationId === undefined) {
      const eip = new aws.ec2.Eip(name, { tags }, childOf(subnet));
      eips.push(eip);
      allocationId = eip.allocationId;
    }
    natGateways.push(new aws.ec2.NatGateway(name, { subnetId: subnet.id, allocationId, tags }, childOf(subnet)));
  }

  /** The target of a subnet's default route, if it has one. */
  private wayOut(type: SubnetLayout["type"], gateway: aws.ec2.InternetGateway, zone: number) {
    if (type === "Public") return { gatewayId: gateway.id };
    const { natGateways } = this.children;
    const natGateway = natGateways[zone] ?? natGateways[0];
    return type === "Private" && natGateway !== undefined ? { natGatewayId: natGateway.id } : undefined;
  }

  private tags(name: string, further: Record<string, string> = {}): pulumi.Input<Record<string, string>> {
    return pulumi.output(this.args.tags).apply((tags): Record<string, string> => ({ Name: name, ...tags, ...further }));
  }

  private outputs(vpc: aws.ec2.Vpc, gateway: aws.ec2.InternetGateway, layouts: SubnetLayout[]): pulumi.Inputs {
    const { subnets, ...children } = this.children;
    const of = (type: SubnetLayout["type"]) =>
      subnets.filter(({ layout }) => layout.type === type).map(({ subnet }) => subnet);
    const ids = (list: aws.ec2.Subnet[]) => list.map(({ id }) => id);
    return {
      ...children,
      vpc,
      vpcId: vpc.id,
      internetGateway: gateway,
      subnets: subnets.map(({ subnet }) => subnet),
      publicSubnets: of("Public"),
      privateSubnets: of("Private"),
      isolatedSubnets: of("Isolated"),
      publicSubnetIds: ids(of("Public")),
      privateSubnetIds: ids(of("Private")),
      isolatedSubnetIds: ids(of("Isolated")),
      subnetLayout: layouts,
      vpcEndpoints: [],
    };
  }
}

function childOf(parent: pulumi.Resource): pulumi.CustomResourceOptions {
  return { parent, dependsOn: [parent] };
}

function rank({ type }: SubnetLayout): number {
  return ["Public", "Private", "Isolated"].indexOf(type);
}

/** Names of the zones for the subnets: the ones that are given, or the first ones of the region. */
export async function zonesOf(args: VpcArgs, parent: pulumi.ComponentResourceOptions): Promise<string[]> {
  const { availabilityZoneNames, numberOfAvailabilityZones = 3 } = args;
  if (availabilityZoneNames !== undefined) return availabilityZoneNames;
  const { names } = await aws.getAvailabilityZones({ state: "available" }, { parent: parent.parent });
  return names.toSorted().slice(0, numberOfAvailabilityZones);
}
