import { ProxiedDatabase } from "../../../components";

/** The secret holds another password than the database's. */
new ProxiedDatabase(
  "sample",
  {},
  {
    transformations: [
      ({ type, props, opts }) =>
        type === "aws:secretsmanager/secretVersion:SecretVersion"
          ? { props: { ...props, secretString: '{"username":"admin","password":"another-password"}' }, opts }
          : undefined,
    ],
  },
);
