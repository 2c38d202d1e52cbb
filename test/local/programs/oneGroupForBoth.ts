import { ProxiedDatabase } from "../../../components";

/** The mistake that the article warns of: proxy and database are in one security group, without a rule from it to itself. */
let proxyGroups: unknown;

new ProxiedDatabase(
  "sample",
  {},
  {
    transformations: [
      ({ type, props, opts }) => {
        if (type === "aws:rds/instance:Instance") proxyGroups = props.vpcSecurityGroupIds;
        return type === "aws:rds/proxy:Proxy"
          ? { props: { ...props, vpcSecurityGroupIds: proxyGroups }, opts }
          : undefined;
      },
    ],
  },
);
