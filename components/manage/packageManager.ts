import * as pulumi from "@pulumi/pulumi";
import type { Migration } from "../database/migrations";
import { type FunctionPackage, packageModule, requireText } from "../function/packaging";

/**
 * Makes the package of the managing function. Files with SQL are files of the package, and migrations in TypeScript are bundled with the
 * function: each is loaded when it is applied.
 *
 * @throws RunError when a migration requires a module that is not found
 */
export async function packageManager(name: string, module: string, migrations: Migration[]): Promise<FunctionPackage> {
  const modules = migrations.filter(({ isModule }) => isModule);
  const files = migrations.filter(({ isModule }) => !isModule).map(({ name, path }) => [`migrations/${name}`, path]);
  const loaders = modules.map(({ name, path }) => `${JSON.stringify(name)}: () => ${requireText(path)}`);
  const exported = modules.length === 0 ? "manage" : `manageWith({ ${loaders.join(", ")} })`;
  try {
    return await packageModule(module, exported, Object.fromEntries(files) as Record<string, string>);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new pulumi.RunError(`The migrations of "${name}" cannot be packaged: ${reason}.`);
  }
}
