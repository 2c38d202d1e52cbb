import type { ProxiedDatabaseArgs, ProxyClientFunctionArgs } from "../../../components";

/** The beginning of the sentence, and a part of its end: what is allowed, or what to do. */
export type Refusal = [isRefused: string, advice: string];

/** A mistake in the arguments of a ProxiedDatabase. */
export type DatabaseRow = [ProxiedDatabaseArgs, ...Refusal];

/** A mistake in the arguments of a ProxyClientFunction. The test adds the arguments that every function needs. */
export type FunctionRow = [Partial<ProxyClientFunctionArgs>, ...Refusal];

/** A value that TypeScript refuses. It can still come from JavaScript or from configuration in JSON. */
export const untyped = (args: object): any => args;
