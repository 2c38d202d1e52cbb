/**
 * Runs something while errors take no stack traces. Pulumi takes one at each of its promises and resources, and that is
 * half of the time that a program needs. Under a TypeScript loader it is more: the loader looks each line up in the sources.
 */
export async function withoutStackTraces<T>(run: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  const prepareStackTrace: unknown = Reflect.get(Error, "prepareStackTrace");
  Error.stackTraceLimit = 0;
  // For a resource, Pulumi lifts the limit.
  Reflect.deleteProperty(Error, "prepareStackTrace");
  try {
    return await run();
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}
