/** What a reason means, and what to do about it. */
export interface Explanation {
  /** The likely cause, in one sentence. */
  cause: string;
  /** What to change. */
  fix: string;
}

/**
 * The reasons that RDS gives for a target that is not available, in the words of the deployment's error and of the doctor.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_TargetHealth.html
 */
export const reasons: Record<string, Explanation> = {
  UNREACHABLE: {
    cause:
      "The proxy's packets do not reach the database: a rule of a security group or of a network ACL is missing or has another port.",
    fix: "Let the proxy's security group out to the database's group, and in there, on the database's port. If both have the same group, it needs a rule for itself.",
  },
  AUTH_FAILURE: {
    cause: "The proxy cannot read its secret, or the database does not accept the user and the password in it.",
    fix: 'Let the proxy\'s role read the secret (secretsmanager:GetSecretValue, and kms:Decrypt for a key of your own), and store {"username": "…", "password": "…"} of the database in it.',
  },
  CONNECTION_FAILED: {
    cause:
      "The database answers but takes no connection: it is starting, has none left, or asks for a log-in that the proxy does not know.",
    fix: "Wait until the database is available, give it more connections with a larger instanceClass, and let its user have mysql_native_password or caching_sha2_password.",
  },
  PENDING_PROXY_CAPACITY: {
    cause:
      "RDS still gives the proxy the capacity that this database needs, or cannot, because the proxy reads no secret or its subnets have no free addresses.",
    fix: "Wait ten minutes. If it stays, check the cross above, leave 10 or more addresses free in each of the proxy's subnets, and run `pulumi up` again.",
  },
  INVALID_REPLICATION_STATE: {
    cause: "The database is a replica that does not replicate, so the proxy does not use it.",
    fix: "Repair the replication, or register the writer: database.existing.clusterIdentifier instead of a replica's instanceIdentifier.",
  },
  PROMOTED: {
    cause: "The database was a replica and has become a database of its own.",
    fix: "Run `pulumi refresh` and `pulumi up`, which register the database with the proxy again.",
  },
};

const unknownReason: Explanation = {
  cause: "RDS gives no reason that is known here.",
  fix: "Wait two minutes for the next health check, and look at the log group /aws/rds/proxy/<name>.",
};

/** What a reason means. RDS may have new ones. */
export function explain(reason: string | undefined): Explanation {
  return reasons[reason ?? ""] ?? unknownReason;
}

/** A target's state for an error message: AWS's words, then cause and fix. */
export function describeHealth(state: string, reason: string | undefined, description: string | undefined): string {
  const { cause, fix } = explain(reason);
  const said = [reason, description].filter((part) => part !== undefined && part !== "").join(": ");
  return `${state}${said === "" ? "" : `, ${said}`}. ${cause} ${fix}`;
}
