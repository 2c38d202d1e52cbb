import { randomHex } from "../account";
import type { Kind } from "../engine";

/** An interface endpoint. With private DNS, the service's host name leads to it. */
export const vpcEndpoint: Kind = {
  create(inputs, _resource, { network, arn }) {
    const { serviceName, subnetIds, securityGroupIds, privateDnsEnabled } = inputs as {
      serviceName: string;
      subnetIds: string[];
      securityGroupIds: string[];
      privateDnsEnabled?: boolean;
    };
    const id = `vpce-${randomHex(17)}`;
    if (privateDnsEnabled) network.addPrivateName(hostOf(serviceName), network.attach(subnetIds, securityGroupIds));
    return { id, state: { ...inputs, arn: arn("ec2", `vpc-endpoint/${id}`), state: "available" } };
  },
  delete({ state }, { network }) {
    const { serviceName, vpcId } = state as { serviceName: string; vpcId: string };
    network.removePrivateName(hostOf(serviceName), vpcId);
  },
};

/** Turns `com.amazonaws.ap-northeast-1.secretsmanager` into `secretsmanager.ap-northeast-1.amazonaws.com`. */
function hostOf(serviceName: string): string {
  const [, , region = "", service = ""] = serviceName.split(".");
  return `${service}.${region}.amazonaws.com`;
}
