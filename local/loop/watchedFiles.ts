import { realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { FSWatcher } from "chokidar" with { "resolution-mode": "import" };
import type { ProgramFiles } from "../engine";

/** Milliseconds without a further change after which several saved files count as one change. */
const quiet = 20;

/** What the watcher has to know of the project. */
export interface Watched {
  /** The folder with Pulumi.yaml. */
  folder: string;
  stack: string;
  /** The folder of `--data`, if there is one. */
  data: string | undefined;
}

/** Watches the files that a program is made of: those in its folder, and those elsewhere that it loads. */
export class WatchedFiles {
  private readonly folder: string;
  private known = new Set<string>();
  private assets: string[] = [];
  private takesAll = false;
  private readonly saved = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly watched: Watched,
    private readonly changed: (files: string[]) => void,
  ) {
    this.folder = realpathSync(watched.folder);
  }

  private watcher!: FSWatcher;

  /** @param changed is called with the paths of files that were saved, once for those that were saved together */
  static async start(watched: Watched, changed: (files: string[]) => void): Promise<WatchedFiles> {
    const files = new WatchedFiles(watched, changed);
    // The library is an ES module.
    const { watch } = await import("chokidar");
    const watcher = watch(files.folder, {
      ignored: (path) => files.isIgnored(path),
      ignoreInitial: true,
      followSymlinks: false,
    });
    files.watcher = watcher;
    watcher.on("all", (_event, path) => {
      files.note(path);
    });
    // For example when the system has no more watches to give: what is watched still works.
    watcher.on("error", (error) => {
      console.error(`Some files are not watched: ${(error as Error).message}`);
    });
    await new Promise<void>((resolve) => watcher.once("ready", resolve));
    return files;
  }

  /**
   * Says which files count from here on.
   *
   * @param assets files and folders that are parts of resources
   * @param hasFailed whether the program has failed, so that any file may be the one that it lacks
   */
  use({ own, isComplete }: ProgramFiles, assets: string[], hasFailed: boolean): void {
    this.known = hasFailed ? new Set([...this.known, ...own]) : new Set(own);
    // A new file beside one that is an asset may be one, too: a migration.
    this.assets = [...new Set(assets.flatMap((path) => (own.includes(path) ? [] : [path, dirname(path)])))];
    this.takesAll = hasFailed || !isComplete;
    const outside = [...own, ...assets].filter((file) => relative(this.folder, file).startsWith(".."));
    if (outside.length > 0) this.watcher.add(outside);
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.watcher.close();
  }

  private note(path: string): void {
    if (!this.counts(path)) return;
    this.saved.add(path);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const files = [...this.saved];
      this.saved.clear();
      this.changed(files);
    }, quiet);
  }

  private counts(path: string): boolean {
    if (this.takesAll || this.known.has(path)) return true;
    const configuration = ["Pulumi.yaml", `Pulumi.${this.watched.stack}.yaml`, "package.json", "tsconfig.json"];
    if (configuration.some((name) => join(this.folder, name) === path)) return true;
    return this.assets.some((asset) => path === asset || dirname(path) === asset || path.startsWith(`${asset}${sep}`));
  }

  /** Leaves out what nobody edits by hand: packages, and folders whose names begin with a dot. */
  private isIgnored(path: string): boolean {
    if (path === this.watched.data || path.startsWith(`${this.watched.data ?? path}${sep}`)) return true;
    const parts = relative(this.folder, path).split(sep);
    return parts[0] !== ".." && parts.some((part) => part === "node_modules" || (part.startsWith(".") && part !== ""));
  }
}
