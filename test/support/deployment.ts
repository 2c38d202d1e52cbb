import { ProxiedDatabase, type ProxiedDatabaseArgs, ProxyClientFunction } from "../../components";
import { type Graph, graphOf } from "../../testing";
import { type Combination, databaseArgs, functionArgs } from "./arguments";

/** A program that was run, and what it asked for. */
export interface Deployment {
  graph: Graph;
  args: ProxiedDatabaseArgs;
  /** Names of the functions; the database is called `orders`. */
  functions: string[];
}

/** What holds for every deployment, by a sentence that says it. */
export type Properties = Record<string, (deployment: Deployment) => void>;

const deployments = new Map<string, Promise<Deployment>>();

/** Runs the program of a combination, each once: many tests look at the same graph. */
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
          }).invokeOnDeploy();
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
