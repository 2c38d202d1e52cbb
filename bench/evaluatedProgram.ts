/**
 * Evaluates a program with mocked resources in a process of its own and prints how long that took, as JSON.
 *
 * Usage: evaluatedProgram.ts            this project's program, with the configuration of the stack `dev`
 *        evaluatedProgram.ts <number>   a program with that many databases, and five functions each
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { readStackConfig } from "../local/engine/config";
import type { Evaluation } from "./evaluationResults";

const functionsPerDatabase = 5;

async function main(): Promise<void> {
  // Paths in callbacks are relative to the folder that holds Pulumi.yaml.
  const folder = join(__dirname, "..");
  process.chdir(folder);
  const begun = performance.now();
  const load = createRequire(__filename);
  const { ProxiedDatabase, ProxyClientFunction } = load("../components") as typeof import("../components");
  const { graphOf } = load("../testing") as typeof import("../testing");
  const loading = (performance.now() - begun) / 1000;

  const callbackFactory = () => (require("./handler") as typeof import("../handler")).readSampleRows;
  // Errors take stack traces, as under the CLI. Without ts-node's function, no line is looked up in the sources.
  const stackTraces = true;
  Reflect.deleteProperty(Error, "prepareStackTrace");

  const databases = (count: number) =>
    graphOf(
      () => {
        for (let index = 1; index <= count; index++) {
          const database = new ProxiedDatabase(`database-${index}`);
          for (let number = 1; number <= functionsPerDatabase; number++) {
            new ProxyClientFunction(`function-${index}-${number}`, { database, callbackFactory }).invokeOnDeploy();
          }
        }
        return {};
      },
      { stackTraces },
    );
  const ofProject = async () => {
    const { project, values } = await readStackConfig(folder, "dev");
    const own = Object.entries(values).filter(([key]) => key.startsWith(`${project}:`));
    const config = Object.fromEntries(own.map(([key, value]) => [key.slice(project.length + 1), value]));
    return graphOf(() => ({ ...(load("../index") as object) }), { config, stackTraces });
  };

  const count = Number(process.argv[2] ?? 0);
  // The first database of a process takes longer: V8 compiles the code, and esbuild bundles the callback.
  if (count > 0) await databases(1);
  const started = performance.now();
  const before = process.cpuUsage();
  const { resources } = count > 0 ? await databases(count) : await ofProject();
  const { user, system } = process.cpuUsage(before);
  const evaluating = (performance.now() - started) / 1000;
  const evaluation: Evaluation = { loading, evaluating, cpu: (user + system) / 1e6, resources: resources.length };
  console.log(JSON.stringify(evaluation));
}

void main();
