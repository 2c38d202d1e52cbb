// Lets Node load TypeScript: `node -r ./scripts/typescript.cjs file.ts`.
// ts-node would keep a cache in the system's temporary folder, and nothing here leaves files behind.
process.env.DISABLE_V8_COMPILE_CACHE = "1";
require("ts-node/register");
