import type { Results, Rounds, WithAndWithoutTls } from "./rdsProxy";
import { figures, median, middleHalf, ratios, spread } from "./statistics";
import type { Cpu, Throughput } from "./throughput";

/** The results as a page for docs/. */
export function report(results: Results): string {
  const { machine, versions } = results;
  const { shared, ownCore } = results.throughput;
  const all = [shared.plain, shared.tls, ownCore.plain, ownCore.tls];
  const failed = results.crowd.direct.map(({ failedClients }) => failedClients);
  return `# Benchmark of the RDS Proxy stand-in

Written by \`bench/rdsProxy.ts\`; the figures of every round are in [bench-rds-proxy.json](bench-rds-proxy.json). Medians of
${results.logins.length} rounds, for queries per second of ${shared.plain.rates.length} short ones, in each of which all ways are measured one right after the
other in changing order; in brackets the range of the middle half. Ratios are taken within a round.

${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB; load average ${machine.loadBefore.toFixed(1)} before and ${machine.loadAfter.toFixed(1)} after; while throughput was measured, other
programs used ${Math.max(...all.map(({ otherCores }) => otherCores)).toFixed(2)} cores at most. ${Object.entries(
    versions,
  )
    .map(([name, version]) => `${name}: ${version}`)
    .join("; ")}.

![Chart](bench-rds-proxy.svg)

| | direct | through the proxy | through HAProxy (TCP) | proxy / direct | HAProxy / direct |
| --- | --- | --- | --- | --- | --- |
${row("queries/s, 64 warm clients", shared.plain.rates)}
${row("the same, TLS", shared.tls.rates)}
${row("queries/s, relay on a core of its own", ownCore.plain.rates)}
${row("the same, TLS", ownCore.tls.rates)}
${row("latency p50, one client, TLS (µs)", results.latencyP50)}
${row("latency p99, one client, TLS (µs)", results.latencyP99)}
${row("connect + TLS + log-in per second", results.logins)}
${row("a new TLS connection per query, per second", results.connectionPerQuery)}

${cpuSection(results)}

## Further figures

- 1,000 clients at once, 20 queries each, database with max_connections 85: through the proxy ${Math.max(...results.crowd.proxy.map(({ failedClients }) => failedClients))} clients failed
  in ${median(results.crowd.proxy.map(({ seconds }) => seconds)).toFixed(1)} s, with at most ${Math.max(...results.crowd.maxUsed)} database connections (Max_used_connections). Direct: ${median(failed)} of
  1,000 clients failed (${spread(failed, 0)}), with ${[...new Set(results.crowd.direct.flatMap(({ errors }) => Object.keys(errors)))].join(", ")}.
- Resident memory of the proxy per idle client session: ${results.memoryKb.plain.toFixed(1)} KB, with TLS ${results.memoryKb.tls.toFixed(1)} KB. A Node server that
  holds sockets and does nothing else takes ${results.memoryKb.bareSocket.toFixed(1)} KB and ${results.memoryKb.bareTlsSocket.toFixed(1)} KB each: what is above that is the proxy's own.
- A regular restart of the database under 50 idle sessions that then all query: longest wait ${median(results.restartWaitMs).toFixed(0)} ms (${spread(results.restartWaitMs, 0)}).
`;
}

/** Why a relay on a small machine costs what it does: where the time of a query is spent. */
function cpuSection({ machine, throughput: { shared, ownCore } }: Results): string {
  const direct = shared.plain.cpu.direct;
  const clientShare = ((direct?.clients ?? 0) * median(figures(shared.plain.rates, "direct"))) / 1e6;
  const busy = (sum(direct) * median(figures(shared.plain.rates, "direct"))) / 1e6;
  const byHaproxy = ({ rates }: Throughput): string => median(ratios(rates, "proxy", "HAProxy")).toFixed(2);
  return `## Where the time goes

CPU per query with 64 warm clients, in microseconds, of each process, in the kernel too. "Bare Node relay" is
\`bench/bareRelay.ts\`: it passes bytes on unread, and so is the most that a proxy written for Node can come to here. With
TLS, neither it nor HAProxy ends the TLS, which the proxy does.

### All on the same ${machine.cores} cores

What a relay uses is gone for the others: the sum of a direct query by the sum of a relayed one is the ratio that the CPU
allows, if the cores are as busy as before.

${cpuTable(shared)}

Direct, the clients (one Node process, one thread) use ${clientShare.toFixed(2)} of a core, and all together ${busy.toFixed(2)} of ${machine.cores} cores. By CPU alone,
a relay that reaches 0.80 without TLS may use ${(sum(direct) / 4).toFixed(0)} µs per query, and HAProxy uses ${(shared.plain.cpu.HAProxy?.relay ?? NaN).toFixed(0)}. The proxy does ${byHaproxy(shared.plain)} of HAProxy's
queries, ${byHaproxy(shared.tls)} with TLS.

### The relay on a core of its own

RDS Proxy runs on machines of its own. Here clients and database keep to the other ${machine.cores === 2 ? "core" : "cores"}, in the direct way too, and the relay
costs them nothing but what comes in smaller batches: a process that is woken for one packet instead of for many works
longer for each.

${cpuTable(ownCore)}

So arranged, the proxy does ${byHaproxy(ownCore.plain)} of HAProxy's queries, ${byHaproxy(ownCore.tls)} with TLS.`;
}

function cpuTable({ plain, tls }: WithAndWithoutTls): string {
  const lines = (measured: Throughput, kind: string): string[] => {
    const ways = Object.entries(measured.cpu).sort(([, a], [, b]) => sum(a) - sum(b));
    return ways.map(([name, cpu]) => {
      const parts = [cpu.clients, cpu.database, cpu.relay, sum(cpu)].map((spent) => spent.toFixed(0));
      const allowed = sum(measured.cpu.direct) / sum(cpu);
      const reached = median(ratios(measured.rates, name, "direct"));
      return `| ${name}${kind} | ${parts.join(" | ")} | ${allowed.toFixed(2)} | ${reached.toFixed(2)} |`;
    });
  };
  return `| way | clients | database | relay | sum | direct's sum by this | queries by direct's |
| --- | --- | --- | --- | --- | --- | --- |
${[...lines(plain, ""), ...lines(tls, ", TLS")].join("\n")}`;
}

const sum = (cpu: Cpu | undefined): number => (cpu ? cpu.clients + cpu.database + cpu.relay : NaN);

function row(what: string, rounds: Rounds): string {
  const digits = 0;
  const cell = (name: string): string => {
    const values = figures(rounds, name);
    return values.length === 0 ? "-" : `${median(values).toFixed(digits)} (${middleHalf(values, digits)})`;
  };
  const ratio = (name: string): string => {
    const values = ratios(rounds, name, "direct");
    return values.length === 0 ? "-" : `${median(values).toFixed(2)} (${middleHalf(values, 2)})`;
  };
  return `| ${what} | ${["direct", "proxy", "HAProxy"].map(cell).join(" | ")} | ${ratio("proxy")} | ${ratio("HAProxy")} |`;
}
