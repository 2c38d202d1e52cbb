import { assertNotReachable, assertNoWildcards, assertReachable, type Graph, graphOf } from "lambda-rds-proxy/testing";

describe("the program", () => {
  let graph: Graph;
  before(async () => {
    graph = await graphOf("index.ts");
  });

  it("lets the function reach the proxy, and nothing but the proxy the database", () => {
    assertReachable(graph, "report-function", "orders-proxy");
    assertNotReachable(graph, "report-function", "orders-database");
  });

  it("has policies that name what they allow", () => {
    assertNoWildcards(graph);
  });
});
