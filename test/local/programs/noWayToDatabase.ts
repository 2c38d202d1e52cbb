import { ProxiedDatabase } from "../../../components";

/** The database's security group lets the proxy in on another port only. */
new ProxiedDatabase(
  "sample",
  {},
  {
    transformations: [
      ({ name, props, opts }) =>
        name === "sample-proxy-to-database" ? { props: { ...props, fromPort: 3307, toPort: 3307 }, opts } : undefined,
    ],
  },
);
