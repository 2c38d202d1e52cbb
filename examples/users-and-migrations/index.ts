import { ProxiedDatabase, ProxyClientFunction } from "lambda-rds-proxy";

const database = new ProxiedDatabase("orders", {
  migrations: "./migrations",
  users: {
    shop: { grants: "read-write" },
    reporting: { grants: "read-only" },
    billing: {
      grants: [
        { privileges: ["SELECT"], on: { table: "orders" } },
        { privileges: ["UPDATE"], on: { table: "orders" }, columns: ["paid"] },
      ],
    },
  },
  defaultUser: "shop",
});

/** Functions log in as `shop` unless they name another user. */
const order = new ProxyClientFunction("order", {
  database,
  callbackFactory: () => (require("./functions") as typeof import("./functions")).order,
});
const pay = new ProxyClientFunction("pay", {
  database,
  user: "billing",
  callbackFactory: () => (require("./functions") as typeof import("./functions")).pay,
});
const report = new ProxyClientFunction("report", {
  database,
  user: "reporting",
  callbackFactory: () => (require("./functions") as typeof import("./functions")).report,
});

const ordered = order.invokeOnDeploy({ customer: "jiro", total: 7.5 });
const paid = pay.invokeOnDeploy({ customer: "jiro" }, { dependsOn: [ordered.resource] });

/** Whether `billing` was let change more than it may. */
export const refused = paid.result;
export const rows = report.invokeOnDeploy({}, { dependsOn: [paid.resource] }).result;
