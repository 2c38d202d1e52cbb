/** What runs inside Lambda. Knows MySQL and Secrets Manager; nothing in here knows Pulumi. */
export type { DatabaseEnvironment } from "./environment";
export { Database } from "./database";
export { readSampleRows } from "./readSampleRows";
export { seedSampleRows } from "./seedSampleRows";
