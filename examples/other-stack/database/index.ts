import { ProxiedDatabase } from "lambda-rds-proxy";

const orders = new ProxiedDatabase("orders", { migrations: "./migrations" });

/** All that other stacks have to know. It names secrets and has none in it. */
export const database = orders.attributes;
