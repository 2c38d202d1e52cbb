import type { Catalogue, Kind } from "../engine";
import { cluster } from "./cluster";
import { clusterInstance } from "./clusterInstance";
import { databaseInstance } from "./databaseInstance";
import { ec2Instance } from "./ec2Instance";
import { generic } from "./generic";
import { policy, role, rolePolicy, rolePolicyAttachment } from "./iam";
import { invocation } from "./invocation";
import { key } from "./kms";
import { lambdaFunction } from "./lambda";
import { lambdaPermission } from "./lambdaPermission";
import { lookupOf } from "./lookups";
import { networkAcl } from "./networkAcl";
import { clusterParameterGroup, parameterGroup } from "./parameterGroup";
import { proxy } from "./proxy";
import { proxyEndpoint } from "./proxyEndpoint";
import { target, targetGroup } from "./proxyTarget";
import { id, password } from "./random";
import { eip, internetGateway, natGateway, route, routeTable, routeTableAssociation } from "./routing";
import { secret, secretVersion } from "./secret";
import { secretRotation } from "./secretRotation";
import { egressRule, ingressRule, securityGroup } from "./securityGroup";
import { subnetGroup } from "./subnetGroup";
import { plainVpc, subnet, vpc } from "./vpc";
import { vpcEndpoint } from "./vpcEndpoint";

const kinds: Record<string, Kind> = {
  "awsx:ec2:Vpc": vpc,
  "aws:ec2/vpc:Vpc": plainVpc,
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/route:Route": route,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": routeTableAssociation,
  "aws:ec2/internetGateway:InternetGateway": internetGateway,
  "aws:ec2/natGateway:NatGateway": natGateway,
  "aws:ec2/eip:Eip": eip,
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ingressRule,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": egressRule,
  "aws:ec2/networkAcl:NetworkAcl": networkAcl,
  "aws:ec2/vpcEndpoint:VpcEndpoint": vpcEndpoint,
  "aws:ec2/instance:Instance": ec2Instance,
  "aws:iam/role:Role": role,
  "aws:iam/policy:Policy": policy,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:kms/key:Key": key,
  "aws:secretsmanager/secret:Secret": secret,
  "aws:secretsmanager/secretVersion:SecretVersion": secretVersion,
  "aws:secretsmanager/secretRotation:SecretRotation": secretRotation,
  "aws:rds/subnetGroup:SubnetGroup": subnetGroup,
  "aws:rds/parameterGroup:ParameterGroup": parameterGroup,
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": clusterParameterGroup,
  "aws:rds/instance:Instance": databaseInstance,
  "aws:rds/cluster:Cluster": cluster,
  "aws:rds/clusterInstance:ClusterInstance": clusterInstance,
  "aws:rds/proxy:Proxy": proxy,
  "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": targetGroup,
  "aws:rds/proxyTarget:ProxyTarget": target,
  "aws:rds/proxyEndpoint:ProxyEndpoint": proxyEndpoint,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/permission:Permission": lambdaPermission,
  "aws:lambda/invocation:Invocation": invocation,
  "random:index/randomPassword:RandomPassword": password,
  "random:index/randomId:RandomId": id,
};

/** What programs can use in the stand-in. A type of resource that is not in the table above gets the generic kind. */
export const catalogue: Catalogue = { kind: (type) => kinds[type] ?? generic, call: lookupOf };
