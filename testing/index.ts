/** For tests: run a program with mocked resources, and look at what it registered as plain data. */
export { Graph, type Registration, type Warning } from "./graph";
export { graphOf, type GraphOptions } from "./graphOf";
export { plainTexts } from "./secrets";
