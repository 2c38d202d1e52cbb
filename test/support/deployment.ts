import {
  ProxiedDatabase,
  type ProxiedDatabaseArgs,
  ProxyClientFunction,
  type ProxyClientFunctionArgs,
} from "../../components";
import { type Graph, graphOf } from "../../testing";
import { type Combination, databaseArgs, functionArgs } from "./arguments";

/** A program that has run, with its arguments. */
export interface Deployment {
  graph: Graph;
  args: ProxiedDatabaseArgs;
  /** Names of the functions. The name of the database is `orders`. */
  functions: string[];
}

/** Checks that hold for every deployment. The key of each is a sentence that says what holds. */
export type Properties = Record<string, (deployment: Deployment) => void>;

const deployments = new Map<string, Promise<Deployment>>();

/** Runs the program of a combination, and only once, because many tests look at the same graph. */
export function deploy(combination: Combination, { preview = false } = {}): Promise<Deployment> {
  const key = JSON.stringify([combination, preview]);
  const known = deployments.get(key) ?? run(combination, preview);
  deployments.set(key, known);
  return known;
}

async function run(combination: Combination, preview: boolean): Promise<Deployment> {
  const args = databaseArgs(combination.database);
  const functions = ["first", "second", "third"].slice(0, combination.functions.length);
  const { warn } = console;
  // The components warn of many combinations, which other tests look at.
  Object.assign(console, { warn: () => undefined });
  try {
    const graph = await graphOf(
      () => {
        const database = new ProxiedDatabase("orders", args);
        for (const [index, name] of functions.entries()) {
          const callbackFactory = () => () => Promise.resolve([]);
          const features = combination.functions[index] ?? [];
          new ProxyClientFunction(name, {
            database,
            callbackFactory,
            ...functionArgs(features, database),
          } as ProxyClientFunctionArgs).invokeOnDeploy();
        }
        return { attributes: database.attributes, command: database.bastionCommand };
      },
      { preview },
    );
    return { graph, args, functions };
  } finally {
    Object.assign(console, { warn });
  }
}
