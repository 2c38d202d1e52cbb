import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { withSameIds } from "./identity";
import { lock, type Release } from "./lock";

/** The file with everything but the rows. */
const valuesFile = "kept.json";

/** What a crash may have left in a folder that has nothing else yet. */
const ownFiles = [".gitignore", "in-use", `${valuesFile}.new`];

/** How the folders of databases are called. */
const databaseFolder = /^[\w-]+-[0-9a-f]{8}$/;

/** The data of one database. */
export interface KeptDatabase {
  /** The server's data folder. */
  path: string;
  /** Whether a server has filled it. What a server did not finish is made anew. */
  isFilled: boolean;
  /** Says that the data is complete. */
  filled(): void;
  /** Deletes the data with the database. */
  delete(): Promise<void>;
}

/** What the folder holds beside the rows. */
interface Values {
  /** Values by what they are for. */
  values: Record<string, unknown>;
  /** Folder of each database, by what the program calls it. */
  databases: Record<string, { folder: string; isFilled: boolean }>;
}

/**
 * The folder of `--data`. It keeps what a client of a database knows from one run to the next: rows, passwords, addresses and the
 * certificate authority. Only this user can read it.
 */
export class KeptFolder {
  /** Folders of databases that exist in this run. */
  private readonly inUse = new Set<string>();
  /** How often a resource has been made in this run, by its name. */
  private readonly made = new Map<string, number>();

  private constructor(
    readonly path: string,
    private readonly content: Values,
    private readonly release: Release,
  ) {}

  /**
   * Opens the folder, and makes it if it is not there.
   *
   * @param temporary a temporary folder of this process
   * @throws Error when another stand-in uses the folder, or it is a folder for something else
   */
  static async open(given: string, temporary: string): Promise<KeptFolder> {
    const path = resolve(given);
    await makePrivate(path);
    const release = await lock(path, temporary);
    if (release === undefined) {
      throw new Error(
        `Another stand-in that is up uses the folder ${path}: take that one down, or give --data another folder.`,
      );
    }
    try {
      const content = read(path);
      await deleteOrphans(path, content);
      return new KeptFolder(path, content, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  /**
   * Checks that a server can read the data, and notes which one has written it.
   *
   * @param family engine and series, such as `MariaDB 10.11`
   * @throws Error when the data is of another family
   */
  useServer(family: string): void {
    const before = this.value("server", () => family);
    if (before === family || Object.keys(this.content.databases).length === 0) {
      this.set("server", family);
      return;
    }
    throw new Error(
      `The data in ${this.path} is of ${before}, but the server on this machine is ${family}: give --data another folder, or put a ` +
        `server of ${before} on PATH.`,
    );
  }

  /** Returns a value of an earlier run, or makes it. */
  value<T>(key: string, make: () => T): T {
    if (key in this.content.values) return this.content.values[key] as T;
    const made = make();
    this.set(key, made);
    return made;
  }

  get(key: string): unknown {
    return this.content.values[key];
  }

  /** @param value undefined to forget it */
  set(key: string, value: unknown): void {
    this.content.values[key] = value;
    this.save();
  }

  /**
   * Makes a resource with the same ids and names in each run. When it is made again in the same run, because something replaces it, it
   * gets others.
   *
   * @param name what the program calls the resource
   */
  withSameIds<T>(name: string, make: () => T): T {
    const made = this.made.get(name) ?? 0;
    this.made.set(name, made + 1);
    return withSameIds(`${this.value("seed", () => randomBytes(16).toString("hex"))} ${name} ${made}`, make);
  }

  /**
   * Returns the data of a database, or a place for it. While a database is being replaced there are two of the same name, and each has
   * data of its own.
   *
   * @param name what the program calls the database
   */
  async database(name: string): Promise<KeptDatabase> {
    const { databases } = this.content;
    const known = databases[name];
    const own = known === undefined || this.inUse.has(known.folder) ? this.newDatabase(name) : known;
    databases[name] = own;
    this.inUse.add(own.folder);
    const path = join(this.path, own.folder);
    if (!own.isFilled) {
      await rm(path, { recursive: true, force: true });
      await mkdir(path, { mode: 0o700 });
    }
    return {
      path,
      isFilled: own.isFilled,
      filled: () => {
        own.isFilled = true;
        this.save();
      },
      delete: async () => {
        if (databases[name] === own) Reflect.deleteProperty(databases, name);
        this.inUse.delete(own.folder);
        this.save();
        await rm(path, { recursive: true, force: true });
      },
    };
  }

  private newDatabase(name: string): Values["databases"][string] {
    const readable = /[\w-]+$/.exec(name)?.[0] ?? "database";
    return { folder: `${readable}-${randomBytes(4).toString("hex")}`, isFilled: false };
  }

  /** Lets another stand-in have the folder. */
  async close(): Promise<void> {
    await this.release();
  }

  /** A crash in the middle leaves the file as it was. */
  private save(): void {
    const file = join(this.path, valuesFile);
    writeFileSync(`${file}.new`, `${JSON.stringify(this.content, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

/** @throws Error when the folder cannot be made, or holds something else */
async function makePrivate(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const files = await readdir(path);
    if (files.some((file) => !ownFiles.includes(file)) && !files.includes(valuesFile)) throw new Error(otherFiles);
    await chmod(path, 0o700);
    // The folder has passwords in it.
    if (!files.includes(".gitignore")) await writeFile(join(path, ".gitignore"), "*\n", { mode: 0o600 });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `--data is ${path}, which cannot be used (${message}): give a folder that is empty, or a new one.`,
      {
        cause: error,
      },
    );
  }
}

const otherFiles = "it has other files in it";

/** A crash while a database was being replaced leaves the data of the old one. */
async function deleteOrphans(path: string, { databases }: Values): Promise<void> {
  const known = Object.values(databases).map(({ folder }) => folder);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (!entry.isDirectory() || !databaseFolder.test(entry.name) || known.includes(entry.name)) continue;
    await rm(join(path, entry.name), { recursive: true, force: true });
  }
}

/** @throws Error when the file is damaged */
function read(path: string): Values {
  const file = join(path, valuesFile);
  if (!existsSync(file)) return { values: {}, databases: {} };
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Values;
  } catch (cause) {
    const message = `${file} is not valid JSON: restore it, or delete the folder ${path} to begin without its data.`;
    throw new Error(message, { cause });
  }
}
