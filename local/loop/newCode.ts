import { type Deployed, type Deployment, inputsOfWire, type Properties, type Repacked, wireInputs } from "../engine";

/** A file in a package, as `wireInputs` has it. */
type Entry = Properties & { text?: string };

/**
 * Gives functions their new code before the program has run again, so that the next invocation has it. The program then registers
 * the same code, which is no change any more.
 *
 * @returns how many functions have other code now
 */
export async function deployNewCode(deployment: Deployment, packages: Repacked[]): Promise<number> {
  const changed = packages.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  const changes = deployment.deployed.flatMap((deployed) => {
    const found = changed.find(({ before }) => holds(deployed, before));
    return found === undefined ? [] : [{ deployed, inputs: withFiles(deployed.inputs, found) }];
  });
  await Promise.all(
    changes.map(async ({ deployed, inputs }) => deployment.change(deployed, await wireInputs(inputsOfWire(inputs)))),
  );
  return changes.length;
}

function assetsOf({ code }: Properties): Record<string, Entry> {
  return (code as { assets?: Record<string, Entry> } | undefined)?.assets ?? {};
}

function holds({ name, inputs }: Deployed, files: Record<string, string>): boolean {
  if (name.type !== "aws:lambda/function:Function") return false;
  const assets = assetsOf(inputs);
  return Object.entries(files).every(([file, text]) => assets[file]?.text === text);
}

function withFiles(inputs: Properties, { before, after }: Repacked): Properties {
  const assets = assetsOf(inputs);
  const others = Object.entries(assets).filter(([file]) => !(file in before));
  const [like] = Object.keys(before);
  const files = Object.entries(after).map(([file, text]): [string, Entry] => [file, { ...assets[like ?? ""], text }]);
  return { ...inputs, code: { ...(inputs.code as Properties), assets: Object.fromEntries([...files, ...others]) } };
}
