import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Pulumi's packages are large, and what they do is little: most of the time they take is for compiling them. Node keeps
// the compiled code for the next run. Imported before everything else, since it works for what is loaded afterwards.
enableCompileCache(join(__dirname, "../.cache/compile"));
