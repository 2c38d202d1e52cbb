import type { Action, Ask } from "./calls";
import { databaseFacts, functionFacts, proxyFacts } from "./facts";
import { functionHop, loginHop, toProxyHop } from "./functionHops";
import { errorsHop, loggedErrors, poolHop } from "./loadHops";
import { vpcOf } from "./network";
import { databaseHop, proxyHop, secretsHop, targetHop, toDatabaseHop } from "./proxyHops";
import type { Hop } from "./report";

/**
 * Walks from a function through its proxy to the database, and says of each step what is not as it has to be.
 *
 * @param refused calls that AWS has refused so far
 * @throws Error when there is no such function, or AWS does not answer
 */
export async function diagnose(ask: Ask, functionName: string, refused: ReadonlySet<Action>): Promise<Hop[]> {
  const fn = await functionFacts(ask, functionName);
  const host = fn.variables.DB_ENDPOINT;
  const proxy = host === undefined ? undefined : await proxyFacts(ask, host);
  const database = proxy && (await databaseFacts(ask, proxy.targets));
  const places = [fn.place, proxy?.place, proxy?.own, database?.place].filter((place) => place !== undefined);
  const vpc = await vpcOf(ask, places);
  const errors = await loggedErrors(ask, fn);
  const hops = [
    functionHop(fn, proxy, vpc),
    await loginHop(ask, fn, proxy, vpc),
    toProxyHop(fn, proxy, vpc),
    proxyHop(fn, proxy, vpc),
  ];
  if (proxy !== undefined) {
    hops.push(await secretsHop(ask, proxy), toDatabaseHop(proxy, database, vpc));
    hops.push(targetHop(proxy, hops), databaseHop(proxy, database));
    hops.push(await poolHop(ask, fn, proxy, errors.filter(({ isTimeout }) => isTimeout).length));
  }
  hops.push(errorsHop(fn, errors));
  return refused.size === 0 ? hops : [...hops, refusedHop(refused)];
}

function refusedHop(refused: ReadonlySet<Action>): Hop {
  const problem = {
    reason: "AccessDenied",
    cause: "AWS does not let you ask everything, so the ticks above may not say all.",
    fix: `Let your user or role call ${[...refused].join(", ")}: docs/doctor.md has the policy.`,
  };
  return { name: "doctor", found: `${refused.size} calls refused`, problems: [problem] };
}
