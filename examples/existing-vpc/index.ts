import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";
import { subnetIds, vpcId } from "./network";

const database = new ProxiedDatabase("orders", {
  // These subnets have no way out, so the functions need an endpoint to read their secret. With a NAT gateway, leave it out.
  vpc: { vpcId, subnetIds, secretsManagerEndpoint: true },
  migrations: "./migrations",
});
const report = new ProxyClientFunction("report", {
  database,
  callbackFactory: () => (require("./report") as typeof import("./report")).handler,
});

export const rows = report.invokeOnDeploy().result;
