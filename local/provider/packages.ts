import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * The folder of a provider's package, such as `aws`: in the program's own node_modules, or for a program in another language the one
 * that the stand-in has.
 *
 * @param folder a folder of the program
 * @throws Error when neither has the package
 */
export function packageFolder(folder: string, name: string): string {
  const file = `@pulumi/${name}/package.json`;
  try {
    return dirname(createRequire(join(folder, "index.js")).resolve(file));
  } catch {
    return dirname(createRequire(__filename).resolve(file));
  }
}

/** Version of the program's own copy of a provider's package. The engine warns of a provider that is older. */
export function versionOf(folder: string, name: string): string {
  try {
    const { version } = createRequire(__filename)(join(packageFolder(folder, name), "package.json")) as {
      version: string;
    };
    return version;
  } catch {
    // A program without the package does not ask for this provider.
    return "0.0.0";
  }
}
