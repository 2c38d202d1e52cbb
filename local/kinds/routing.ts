import { crc32 } from "node:zlib";
import type { Kind, Properties } from "../engine";
import { randomHex } from "../kept";
import type { RouteTarget } from "../network";
import { changed } from "./changed";

/** A route inside `aws.ec2.RouteTable`. */
interface InlineRoute extends RouteTarget {
  cidrBlock?: string;
}

/** `aws.ec2.RouteTable`: it decides whether its subnets have a way out of the VPC. */
export const routeTable: Kind = {
  create(inputs, _resource, { network, arn, accountId }) {
    const id = `rtb-${randomHex(17)}`;
    network.routing.tables.set(id, { vpcId: String(inputs.vpcId), routes: new Map(inlineRoutes(inputs)) });
    return { id, state: { routes: [], ...inputs, ownerId: accountId, arn: arn("ec2", `route-table/${id}`) } };
  },
  update({ id, state }, inputs, { network }) {
    const routes = network.routing.tables.get(id)?.routes;
    // A table without inline routes may have routes that are resources of their own, so they stay.
    if (inputs.routes !== undefined) {
      for (const [destination] of inlineRoutes(state)) routes?.delete(destination);
      for (const [destination, target] of inlineRoutes(inputs)) routes?.set(destination, target);
    }
    return changed(state, inputs, ["arn", "ownerId", "routes"]);
  },
  delete({ id }, { network: { routing } }) {
    const [subnetId] = [...routing.associations].find(([, tableId]) => tableId === id) ?? [];
    if (subnetId !== undefined) {
      throw new Error(
        `DependencyViolation: The routeTable '${id}' has dependencies and cannot be deleted: ${subnetId} uses it.`,
      );
    }
    routing.tables.delete(id);
  },
  exists: ({ id }, { network }) => network.routing.tables.has(id),
};

function inlineRoutes({ routes }: Properties): [string, RouteTarget][] {
  return ((routes ?? []) as InlineRoute[]).map((route) => [route.cidrBlock ?? "", route]);
}

/** The parts of a route that its id and its place in the table come from. */
function destinationOf(properties: Properties): string {
  const { destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId } = properties as Record<
    string,
    string
  >;
  return destinationCidrBlock ?? destinationIpv6CidrBlock ?? destinationPrefixListId ?? "";
}

/** `aws.ec2.Route`. The id ends with the CRC-32 of the destination, as the real provider makes it. */
export const route: Kind = {
  create(inputs, _resource, { network }) {
    const tableId = String(inputs.routeTableId);
    const table = network.routing.tables.get(tableId);
    const destination = destinationOf(inputs);
    if (table?.routes.has(destination)) {
      throw new Error(
        `RouteAlreadyExists: The route identified by ${destination} already exists in ${tableId}: change that one.`,
      );
    }
    table?.routes.set(destination, inputs);
    return { id: `r-${tableId}${crc32(destination)}`, state: { ...inputs, origin: "CreateRoute", state: "active" } };
  },
  update({ state }, inputs, { network }) {
    network.routing.tables.get(String(inputs.routeTableId))?.routes.set(destinationOf(inputs), inputs);
    return changed(state, inputs, ["origin", "state"]);
  },
  delete({ state }, { network }) {
    network.routing.tables.get(String(state.routeTableId))?.routes.delete(destinationOf(state));
  },
  exists: ({ state }, { network }) =>
    network.routing.tables.get(String(state.routeTableId))?.routes.has(destinationOf(state)) ?? false,
};

/** `aws.ec2.RouteTableAssociation`: which route table a subnet uses. */
export const routeTableAssociation: Kind = {
  create(inputs, _resource, { network }) {
    associate(inputs, network.routing.associations);
    return { id: `rtbassoc-${randomHex(17)}`, state: inputs };
  },
  update(_existing, inputs, { network }) {
    associate(inputs, network.routing.associations);
    return inputs;
  },
  delete({ state }, { network: { routing } }) {
    const { subnetId, routeTableId } = state as Record<string, string>;
    if (routing.associations.get(subnetId ?? "") === routeTableId) routing.associations.delete(subnetId ?? "");
  },
};

function associate(association: Properties, associations: Map<string, string>): void {
  const { subnetId, routeTableId = "" } = association as Record<string, string>;
  // A table can also be associated with a gateway, which makes no difference here.
  if (subnetId !== undefined) associations.set(subnetId, routeTableId);
}

/** `aws.ec2.InternetGateway`. */
export const internetGateway: Kind = {
  create(inputs, _resource, { network, arn, accountId }) {
    const id = `igw-${randomHex(17)}`;
    network.routing.internetGateways.set(id, inputs.vpcId as string | undefined);
    return { id, state: { ...inputs, ownerId: accountId, arn: arn("ec2", `internet-gateway/${id}`) } };
  },
  update({ id, state }, inputs, { network }) {
    const computed = changed(state, inputs, ["arn", "ownerId", "vpcId"]);
    network.routing.internetGateways.set(id, computed.vpcId as string | undefined);
    return computed;
  },
  delete({ id }, { network }) {
    network.routing.internetGateways.delete(id);
  },
};

/** `aws.ec2.Eip`: a public address. */
export const eip: Kind = {
  create(inputs, _resource, { arn, region }) {
    const allocationId = `eipalloc-${randomHex(17)}`;
    // 203.0.113.0/24 is reserved for documentation (RFC 5737), so the address is nobody's.
    const publicIp = `203.0.113.${1 + (parseInt(randomHex(4), 16) % 254)}`;
    const publicDns = `ec2-${publicIp.replaceAll(".", "-")}.${region}.compute.amazonaws.com`;
    const state = { domain: "vpc", networkBorderGroup: region, publicIpv4Pool: "amazon", ...inputs };
    const outputs = { allocationId, publicIp, publicDns, arn: arn("ec2", `elastic-ip/${allocationId}`) };
    return { id: allocationId, state: { ...state, ...outputs } };
  },
  update: ({ state }, inputs) => ({ ...state, ...inputs }),
};

/** `aws.ec2.NatGateway`: lets hosts without a public address reach the internet, if its own subnet does. */
export const natGateway: Kind = {
  create(inputs, _resource, { network }) {
    const { subnetId, connectivityType = "public" } = inputs as { subnetId: string; connectivityType?: string };
    const id = `nat-${randomHex(17)}`;
    const networkInterface = network.attach([subnetId], []);
    network.routing.natGateways.set(id, { subnetId, isPublic: connectivityType === "public" });
    const { id: networkInterfaceId, address: privateIp, vpcId } = networkInterface;
    return { id, state: { ...inputs, connectivityType, networkInterfaceId, privateIp, vpcId } };
  },
  update: ({ state }, inputs) =>
    changed(state, inputs, ["connectivityType", "networkInterfaceId", "privateIp", "vpcId"]),
  delete({ id, state }, { network }) {
    network.interfaces.release(network.interfaces.find((candidate) => candidate.id === state.networkInterfaceId));
    network.routing.natGateways.set(id, undefined);
  },
};
