import { ProxiedDatabase, ProxyClientFunction } from "../../../components";

type Reporting = typeof import("./handlers/reporting");

/** A proxy with the secrets of two users, the master user and one that may only read; and a second database. */
const database = new ProxiedDatabase("sample", { migrations: "./migrations", users: { reporting: {} } });
export const other = new ProxiedDatabase("other").proxyEndpoint;

const creator = new ProxyClientFunction("create-user", {
  database,
  user: "admin",
  environment: { REPORTING_SECRET_ARN: database.attributes.users.reporting?.secretArn ?? "" },
  callbackFactory: () => (require("./test/local/programs/handlers/reporting") as Reporting).createUser,
});
const maySeeSecret = database.grantConnect("creator-reporting", creator.roleName, "reporting");
const created = creator.invokeOnDeploy({}, { dependsOn: [maySeeSecret] });

const reporter = new ProxyClientFunction("report", {
  database,
  user: "reporting",
  callbackFactory: () => (require("./test/local/programs/handlers/reporting") as Reporting).report,
});
export const report = reporter.invokeOnDeploy({}, { dependsOn: [created.resource] }).result;
