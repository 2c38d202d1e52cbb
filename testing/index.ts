/** For tests: run a program with mocked resources, look at what it registered as plain data, and assert what matters. */
export { assertNotReachable, assertNoWildcards, assertReachable } from "./assertions";
export { Graph, type Registration, type Warning } from "./graph";
export { graphOf, type GraphOptions, type Program } from "./graphOf";
export type { LookUpResult } from "./mockedAws";
export { type MockOptions, mocks } from "./mocks";
export { type Way, waysOf } from "./reachability";
export { plainTexts } from "./secrets";
export { type Ports } from "./securityGroups";
