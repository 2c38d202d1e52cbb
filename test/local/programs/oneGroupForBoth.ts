import { ProxiedDatabase } from "../../../components";

/** The article's warning: the database is put into the proxy's security group, which lets in functions only. */
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
