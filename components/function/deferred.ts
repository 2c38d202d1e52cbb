import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import type { Plugin } from "esbuild";

/** The file with iconv-lite in the package. */
export const iconvFile = "iconv-lite.js";

/** What `ssl: "Amazon RDS"` of mysql2 stands for. */
export const sslProfile = "Amazon RDS";

/**
 * Keeps out of a start what few starts need: mysql2's names of errors are made when there is an error, and iconv-lite is a file of
 * its own, which is loaded when a connection has a character set that Node cannot decode.
 *
 * mysql2's certificates for databases without a proxy are left out, unless the callback asks for them: RDS Proxy has a certificate
 * that Node trusts by itself.
 *
 * @param deferred called when the package needs the file with iconv-lite
 */
export const deferRarelyNeeded = (deferred: () => void, keepCertificates: boolean): Plugin => ({
  name: "defer-rarely-needed",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^iconv-lite$/ }, () => {
      deferred();
      return { path: iconvFile, namespace: "deferred" };
    });
    esbuild.onResolve({ filter: /^\.\/iconv-lite\.js$/, namespace: "deferred" }, ({ path }) => ({
      path,
      external: true,
    }));
    esbuild.onLoad({ filter: /./, namespace: "deferred" }, ({ path }) => ({
      contents: whenUsed(`require("./${path}")`, `(${knowAscii.toString()})(real, require("node:buffer").isAscii)`),
      loader: "js",
    }));
    esbuild.onLoad({ filter: /mysql2[\\/]lib[\\/]constants[\\/]errors\.js$/ }, ({ path }) => {
      const contents = errorNames(createRequire(path)(path) as Record<string, string | number>);
      return contents === undefined ? undefined : { contents, loader: "js" };
    });
    if (keepCertificates) return;
    esbuild.onLoad({ filter: /mysql2[\\/]lib[\\/]constants[\\/]ssl_profiles\.js$/ }, () => ({
      contents: `throw new Error('The package of this function leaves out the certificates of "${sslProfile}": RDS Proxy does not need them. To have them, write ssl: "${sslProfile}" in the callback itself.');`,
      loader: "js",
    }));
  },
});

/**
 * The text of a module that stands for another value, which is made when something of it is used for the first time.
 *
 * @param known what is known of it without making it; may use `real`, which makes it
 */
function whenUsed(value: string, known = "{}"): string {
  return `
    let made;
    const real = () => (made ??= ${value});
    const known = ${known};
    module.exports = new Proxy({}, {
      get: (_, key) => (Object.hasOwn(known, key) ? known : real())[key],
      set: (_, key, value) => Reflect.set(real(), key, value),
      has: (_, key) => key in real(),
      ownKeys: () => Reflect.ownKeys(real()),
      getOwnPropertyDescriptor(_, key) {
        const found = Object.getOwnPropertyDescriptor(real(), key);
        return found && { ...found, configurable: true };
      },
    });`;
}

/**
 * mysql2 decodes the greeting of every server as CESU-8. Of ASCII that makes the same text, so nothing has to be loaded for it. This
 * function becomes a part of the package.
 */
function knowAscii(real: () => Iconv, isAscii: (bytes: Buffer) => boolean): Partial<Iconv> {
  return {
    getDecoder(encoding, options) {
      if (encoding !== "cesu8" || options !== undefined) return real().getDecoder(encoding, options);
      const write = (bytes: Buffer) =>
        isAscii(bytes) ? bytes.toString("latin1") : real().getDecoder(encoding).write(bytes);
      return { write, end: () => undefined };
    },
  };
}

interface Iconv {
  getDecoder: (
    encoding: string,
    options?: object,
  ) => { write: (bytes: Buffer) => string; end: () => string | undefined };
}

/** Numbers and names of errors as one short text. Undefined when there is something else in it. */
function errorNames(errors: Record<string, string | number>): string | undefined {
  let last = 0;
  // Numbers come first in an object, and in their order.
  const entries = Object.entries(errors).filter(([number]) => /^\d+$/.test(number));
  const text = entries
    .map(([number, name]) => {
      const step = Number(number) - last;
      last = Number(number);
      return step === 1 ? name : `${step} ${name}`;
    })
    .join();
  if (!isDeepStrictEqual(readErrors(text), { ...errors })) return undefined;
  return `${readErrors.toString()}\n${whenUsed(`readErrors(${JSON.stringify(text)})`)}`;
}

/** This function becomes a part of the package. */
function readErrors(text: string): Record<string, string | number> {
  const errors: Record<string, string | number> = {};
  let number = 0;
  for (const entry of text.split(",")) {
    const [name = "", step = "1"] = entry.split(" ").reverse();
    number += Number(step);
    errors[name] = number;
    errors[number] = name;
  }
  return errors;
}
