/** What runs inside Lambda. Knows MySQL and Secrets Manager; nothing in here knows Pulumi. */
export { Database } from "./database";
export type { DatabaseEnvironment } from "./environment";
export { readSampleRows } from "./readSampleRows";
export { seedSampleRows } from "./seedSampleRows";
