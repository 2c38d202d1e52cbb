import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Most of the time that Pulumi's large packages take goes into compiling them. Node can keep the compiled code for the
// next run. This only works for modules that are loaded later, so the main file imports this module first.
enableCompileCache(join(__dirname, "../.cache/compile"));
