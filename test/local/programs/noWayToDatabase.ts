import { ProxiedDatabase } from "../../../components";

/** The rule that lets the proxy into the database is for another port. */
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
