import { existsSync, statSync } from "node:fs";
import { type Fields } from "../base/fields";
import type { BundleSettings } from "./bundle";

/** How the callback and what it requires become a package. */
export interface BundleArgs {
  /**
   * Modules that stay out of the package, since the function finds them elsewhere: in a layer, or in Lambda's runtime, which has
   * `@aws-sdk/*`. A `*` stands for any text.
   * @default none
   */
  external?: string[] | undefined;
  /**
   * Further files: what each is called in the package, and where it is, relative to the folder with Pulumi.yaml. The callback finds
   * them in the folder `process.env.LAMBDA_TASK_ROOT`.
   * @default none
   * @example { "prices.csv": "data/prices.csv" }
   */
  files?: Record<string, string> | undefined;
  /**
   * How to read files that the callback requires, by the ends of their names: `{ ".sql": "text" }`.
   * @default JavaScript, TypeScript and JSON as what they are; nothing else can be required
   */
  loader?: Record<string, BundleLoader> | undefined;
  /**
   * Names in the code, and the expressions that take their place: `{ "process.env.STAGE": '"prod"' }`.
   * @default none
   */
  define?: Record<string, string> | undefined;
  /**
   * Whether stacks of errors name the lines of the program's own files. It adds a tenth to the package and no time to the start.
   * @default true
   */
  sourceMap?: boolean | undefined;
  /**
   * Modules with native code. npm installs them for Lambda's platform and the function's architecture, whatever machine deploys, in
   * the version that the program itself has installed, or in another one: `["sharp", "bcrypt@6.0.0"]`.
   * @default none
   */
  install?: string[] | undefined;
}

/** esbuild's names for the ways in which a file can become a module. https://esbuild.github.io/content-types/ */
export type BundleLoader = (typeof loaders)[number];

const loaders = ["js", "jsx", "ts", "tsx", "json", "text", "base64", "dataurl", "binary", "empty"] as const;

/** The arguments with defaults filled in and every value checked. */
export interface PackageSettings extends BundleSettings {
  files: Record<string, string>;
  install: string[];
}

/** Names that the package has already. */
const taken = /^(index\.js(\.map)?|iconv-lite\.js|node_modules(\/.*)?)$/;

/** @throws ArgumentError at the first value that cannot work */
export function checkBundle(given: Fields<BundleArgs>): PackageSettings {
  const settings = {
    external: checkTexts(
      given,
      "external",
      /^[^./\s]\S*$/,
      "it must be the name of a module, such as sharp or @aws-sdk/*",
    ),
    files: checkFiles(given),
    loader: checkLoader(given),
    define: checkPlainTexts(given, "define", "expressions by names") ?? {},
    sourceMap: given.boolean("sourceMap", true),
    install: checkTexts(
      given,
      "install",
      /^(@[\w.-]+\/)?[\w][\w.-]*(@[\w.^~-]+)?$/,
      "it must be the name of a module, with or without a version, such as sharp or sharp@0.34.0",
    ),
  };
  given.end();
  return settings;
}

function checkTexts(given: Fields<BundleArgs>, key: "external" | "install", form: RegExp, rule: string): string[] {
  const texts = given.list(key, "names") ?? [];
  return texts.map((text) => given.check.matching(`one of ${given.name(key)}`, text, form, rule));
}

function checkPlainTexts(
  given: Fields<BundleArgs>,
  key: "define" | "files" | "loader",
  what: string,
): Record<string, string> | undefined {
  const texts = given.record(key, what);
  for (const [name, value] of Object.entries(texts ?? {})) {
    given.check.matching(`${given.name(key)}.${name}`, value, /./, "it must be a text: put it in quotes");
  }
  return texts as Record<string, string> | undefined;
}

function checkLoader(given: Fields<BundleArgs>): BundleSettings["loader"] {
  const loader = checkPlainTexts(given, "loader", "loaders by the ends of file names") ?? {};
  const rule = "the end of a file's name begins with a dot: write it as .sql";
  for (const [end, name] of Object.entries(loader)) {
    given.check.matching(`the name in ${given.name("loader")}`, end, /^\.\w/, rule);
    given.check.oneOf(`${given.name("loader")}.${end}`, name, loaders);
  }
  return loader as BundleSettings["loader"];
}

function checkFiles(given: Fields<BundleArgs>): Record<string, string> {
  const files = checkPlainTexts(given, "files", "paths by the names in the package") ?? {};
  for (const [name, path] of Object.entries(files)) {
    const argument = given.name("files");
    if (taken.test(name)) {
      given.check.refuse(argument, name, "the package has a file of that name: choose another name");
    }
    given.check.matching(
      argument,
      name,
      /^(?!\/|.*\.\.)[\w][\w./-]*$/,
      "it must be a path inside of the package, such as sql/a.sql",
    );
    if (existsSync(path) && statSync(path).isFile()) continue;
    given.check.refuse(
      `${argument}.${name}`,
      path,
      "there is no such file: give its path from the folder with Pulumi.yaml",
    );
  }
  return files;
}
