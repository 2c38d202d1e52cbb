import { everywhere, zoneId } from "../network";
import type { Services } from "./services";
import { type Answer, filtersOf } from "./xml";

/** EC2's operations, with the names of the elements in its answers. They see what the program has made. */
export const ec2: Record<string, (form: URLSearchParams, account: Services) => Answer> = {
  DescribeSecurityGroupRules: (form, { network }) => ({
    securityGroupRuleSet: [...network.rules]
      .filter(([, { securityGroupId }]) => isWanted(form, "group-id", [securityGroupId]))
      .map(([id, rule]) => ({
        securityGroupRuleId: id,
        groupId: rule.securityGroupId,
        isEgress: rule.direction === "outbound",
        ipProtocol: rule.ipProtocol,
        fromPort: rule.fromPort ?? -1,
        toPort: rule.toPort ?? rule.fromPort ?? -1,
        cidrIpv4: rule.cidrIpv4,
        referencedGroupInfo: rule.referencedSecurityGroupId && { groupId: rule.referencedSecurityGroupId },
      })),
  }),
  DescribeSubnets: (form, { network }) => ({
    subnetSet: [...network.subnets.values()]
      .filter(({ id }) => isWanted(form, "subnet-id", [id]))
      .map(({ id, vpcId, cidrBlock, availabilityZone }) => ({
        subnetId: id,
        vpcId,
        cidrBlock,
        availabilityZone,
        availabilityZoneId: zoneId(availabilityZone),
      })),
  }),
  /** A subnet whose route table nobody has made has one that says where the stand-in assumes it leads. */
  DescribeRouteTables: (form, { network: { subnets, routing } }) => ({
    routeTableSet: [...subnets.values()]
      .filter(({ id, vpcId }) => isWanted(form, "association.subnet-id", [id]) && isWanted(form, "vpc-id", [vpcId]))
      .map(({ id, vpcId, hasWayOut }) => {
        const tableId = routing.associations.get(id) ?? `rtb-of-${id}`;
        const routes = routing.tables.get(tableId)?.routes;
        const assumed: Answer[] = hasWayOut ? [{ destinationCidrBlock: everywhere, natGatewayId: "nat-assumed" }] : [];
        return {
          routeTableId: tableId,
          vpcId,
          routeSet: routes
            ? [...routes].map(([destinationCidrBlock, { gatewayId, natGatewayId, ...other }]) => ({
                destinationCidrBlock,
                gatewayId,
                natGatewayId,
                transitGatewayId: (other as { transitGatewayId?: string }).transitGatewayId,
                state: "active",
              }))
            : assumed,
          associationSet: [{ routeTableId: tableId, subnetId: id, main: false }],
        };
      }),
  }),
  DescribeVpcEndpoints: (form, { network }) => ({
    vpcEndpointSet: [...network.vpcEndpoints]
      .filter(([, { vpcId, serviceName }]) => {
        return isWanted(form, "vpc-id", [vpcId]) && isWanted(form, "service-name", [serviceName]);
      })
      .map(([id, { vpcId, serviceName, networkInterface, privateDnsEnabled }]) => ({
        vpcEndpointId: id,
        vpcId,
        serviceName,
        vpcEndpointType: "Interface",
        state: "available",
        privateDnsEnabled,
        subnetIdSet: networkInterface.subnetIds,
        groupSet: networkInterface.securityGroupIds.map((groupId) => ({ groupId })),
      })),
  }),
  DescribeNetworkAcls: (form, { network: { acls } }) => ({
    networkAclSet: [...acls.lists]
      .map(([id, acl]) => ({ ...acl, id, subnetIds: acls.subnetsOf(id) }))
      .filter(({ subnetIds }) => isWanted(form, "association.subnet-id", subnetIds))
      .map(({ id, vpcId, entries, subnetIds }) => ({
        networkAclId: id,
        vpcId,
        default: false,
        entrySet: entries.map(({ ruleNumber, egress, protocol, action, cidrBlock, fromPort, toPort }) => ({
          ruleNumber,
          egress,
          protocol,
          ruleAction: action,
          cidrBlock,
          portRange: protocol === "-1" ? undefined : { from: fromPort, to: toPort },
        })),
        associationSet: subnetIds.map((subnetId) => ({ networkAclId: id, subnetId })),
      })),
  }),
};

function isWanted(form: URLSearchParams, filter: string, values: string[]): boolean {
  const wanted = filtersOf(form).get(filter);
  return wanted === undefined || values.some((value) => wanted.includes(value));
}
