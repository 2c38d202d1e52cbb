/** Configuration keys that the program reads. None has a default of its own, so Pulumi.yaml cannot declare them. */
export const programKeys = {
  vpcId: { type: "string", description: "Existing VPC to build in; without it the program builds one" },
  subnetIds: {
    type: "array",
    description: "Two or more subnets of vpcId in different availability zones, as a JSON list",
  },
  bastionSubnetId: { type: "string", description: "Subnet of vpcId for the bastion" },
  secretsManagerEndpoint: {
    type: "boolean",
    description: "Create an interface endpoint for Secrets Manager in vpcId, whose subnets have no way out",
  },
  sessionManagerEndpoints: {
    type: "boolean",
    description: "Create the interface endpoints for Session Manager in vpcId, whose subnets have no way out",
  },
  existingDatabase: {
    type: "object",
    description:
      "A database that exists in vpcId: instanceIdentifier or clusterIdentifier, address, securityGroupId, secretArn",
  },
  engine: { type: "string", description: "Engine of the database: mysql (default), mariadb or aurora-mysql" },
  engineVersion: { type: "string", description: "Version of the engine; by default the engine's newest long-term one" },
  instanceClass: { type: "string", description: "Class of the database instance; by default a small one" },
  databaseName: { type: "string", description: "Database (schema) that the functions work in; test by default" },
  masterUsername: { type: "string", description: "Name of the database's master user; admin by default" },
  masterPassword: { type: "string", description: "Password of the master user; generated if it is not given" },
  passwordManagedByRds: {
    type: "boolean",
    description: "Let RDS make, keep and rotate the master user's password; false by default",
  },
  auth: { type: "string", description: "How functions log in: password (default), or iam with a token" },
  maxConnectionsPercent: {
    type: "integer",
    description: "Share of the database's max_connections that the proxy may open, in percent; 100 by default",
  },
  debugLogging: {
    type: "boolean",
    description: "Log every statement that passes the proxy; AWS switches it off after 24 hours; false by default",
  },
  alarmTopicArn: { type: "string", description: "SNS topic for alarms on the proxy; none by default" },
  bastion: {
    type: "boolean",
    description: "Create an EC2 instance, reached through Session Manager, from which people can reach the database",
  },
  durability: {
    type: "string",
    description:
      "disposable (default, vanishes with the stack) or durable (deletion protection, backups, final snapshot)",
  },
};
