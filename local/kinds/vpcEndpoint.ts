import type { Created, Kind, Properties } from "../engine";
import { randomHex } from "../kept";
import type { Network, NetworkInterface } from "../network";
import { changed } from "./changed";

interface EndpointInputs {
  serviceName: string;
  vpcId: string;
  vpcEndpointType?: string;
  subnetIds?: string[];
  securityGroupIds?: string[];
  privateDnsEnabled?: boolean;
}

const computed = ["arn", "state", "ownerId", "networkInterfaceIds", "vpcEndpointType", "policy", "securityGroupIds"];

/** An interface endpoint. With private DNS, the service's host name leads to it. A gateway endpoint does nothing here. */
export const vpcEndpoint: Kind = {
  create(inputs, _resource, { network, arn, accountId }) {
    const { subnetIds = [], securityGroupIds = [], ...given } = inputs as unknown as EndpointInputs;
    const { vpcEndpointType = "Gateway" } = given;
    const id = `vpce-${randomHex(17)}`;
    const networkInterfaceIds: string[] = [];
    if (vpcEndpointType === "Interface") {
      const attached = network.attach(subnetIds, securityGroupIds);
      networkInterfaceIds.push(attached.id);
      try {
        setPrivateName(network, given, attached, given.privateDnsEnabled ?? false);
        network.vpcEndpoints.set(id, describe(given, attached));
      } catch (error) {
        network.interfaces.release(attached);
        throw error;
      }
    }
    const outputs = { arn: arn("ec2", `vpc-endpoint/${id}`), state: "available", ownerId: accountId };
    return { id, state: { ...inputs, ...outputs, vpcEndpointType, networkInterfaceIds } };
  },
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html */
  update(existing, inputs, { network }) {
    const after = changed(existing.state, inputs, computed);
    const attached = interfaceOf(existing, network);
    if (attached !== undefined) {
      const { subnetIds, securityGroupIds, privateDnsEnabled } = after as unknown as EndpointInputs;
      network.move(attached, subnetIds ?? attached.subnetIds, securityGroupIds ?? []);
      setPrivateName(network, after as unknown as EndpointInputs, attached, privateDnsEnabled ?? false);
      network.vpcEndpoints.set(existing.id, describe(after as unknown as EndpointInputs, attached));
    }
    return after;
  },
  delete(existing, { network }) {
    network.vpcEndpoints.delete(existing.id);
    const attached = interfaceOf(existing, network);
    if (attached === undefined) return;
    setPrivateName(network, existing.state as unknown as EndpointInputs, attached, false);
    network.interfaces.release(attached);
  },
};

function describe(
  { serviceName, vpcId, privateDnsEnabled = false }: EndpointInputs,
  networkInterface: NetworkInterface,
) {
  return { serviceName, vpcId, privateDnsEnabled, networkInterface };
}

/** Makes the service's host name lead to the endpoint, or to the public service again. */
function setPrivateName(
  network: Network,
  { serviceName }: EndpointInputs,
  attached: NetworkInterface,
  enabled: boolean,
): void {
  const host = hostOf(serviceName);
  const { vpcId } = attached;
  const isOwner = network.privateNameOwner(host, vpcId) === attached;
  if (enabled && !isOwner) network.addPrivateName(host, attached);
  if (!enabled && isOwner) network.removePrivateName(host, vpcId);
}

function interfaceOf(
  { state }: Created | { state: Properties },
  { interfaces }: Network,
): NetworkInterface | undefined {
  const [id] = (state.networkInterfaceIds ?? []) as string[];
  return interfaces.find((candidate) => candidate.id === id);
}

/** Turns `com.amazonaws.ap-northeast-1.secretsmanager` into `secretsmanager.ap-northeast-1.amazonaws.com`. */
function hostOf(serviceName: string): string {
  const [, , region = "", service = ""] = serviceName.split(".");
  return `${service}.${region}.amazonaws.com`;
}
