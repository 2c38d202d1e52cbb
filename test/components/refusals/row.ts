import type { ProxiedDatabaseArgs, ProxyClientFunctionArgs } from "../../../components";

/** What a mistake is said to be: how the sentence begins, and what it says is allowed or to be done. */
export type Refusal = [isRefused: string, advice: string];

/** A mistake in the arguments of a ProxiedDatabase. */
export type DatabaseRow = [ProxiedDatabaseArgs, ...Refusal];

/** A mistake in the arguments of a ProxyClientFunction, beside those that every function has. */
export type FunctionRow = [Partial<ProxyClientFunctionArgs>, ...Refusal];

/** What TypeScript refuses too, but JavaScript and configuration in JSON do not. */
export const untyped = (args: object): any => args;
