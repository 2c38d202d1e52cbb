import { figures, median, ratios, spread } from "./statistics";
import type { Results, Rounds } from "./rdsProxy";

/** The results as a page for docs/. */
export function report(results: Results): string {
  const { machine, versions } = results;
  const failed = results.crowd.direct.map(({ failedClients }) => failedClients);
  return `# Benchmark of the RDS Proxy stand-in

Written by \`bench/rdsProxy.ts\`; the figures of every round are in [bench-rds-proxy.json](bench-rds-proxy.json). Medians of
${results.logins.length} rounds, in each of which all ways are measured one right after the other in changing order; in brackets the smallest and
the largest figure. Ratios are taken within a round.

${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB; load average ${machine.loadBefore.toFixed(1)} before and ${machine.loadAfter.toFixed(1)} after; while throughput was measured, other
programs used ${median(machine.otherCores).toFixed(2)} cores (${spread(machine.otherCores, 2)}). Database, proxy, HAProxy and clients share the cores: what a relay costs is taken
from the database and the clients, and the spread is large. ${Object.entries(versions)
    .map(([name, version]) => `${name}: ${version}`)
    .join("; ")}.

![Chart](bench-rds-proxy.svg)

| | direct | through the proxy | through HAProxy (TCP) | proxy / direct | HAProxy / direct |
| --- | --- | --- | --- | --- | --- |
${row("queries/s, 64 warm clients", results.throughput.plain)}
${row("queries/s, 64 warm clients, TLS", results.throughput.tls)}
${row("latency p50, one client, TLS (µs)", results.latencyP50)}
${row("latency p99, one client, TLS (µs)", results.latencyP99)}
${row("connect + TLS + log-in per second", results.logins)}
${row("a new TLS connection per query, per second", results.connectionPerQuery)}

${cpuSection(results)}

## Further figures

- 1,000 clients at once, 20 queries each, database with max_connections 85: through the proxy ${Math.max(...results.crowd.proxy.map(({ failedClients }) => failedClients))} clients failed
  in ${median(results.crowd.proxy.map(({ seconds }) => seconds)).toFixed(1)} s, with at most ${Math.max(...results.crowd.maxUsed)} database connections (Max_used_connections). Direct: ${median(failed)} of
  1,000 clients failed (${spread(failed, 0)}), with ${[...new Set(results.crowd.direct.flatMap(({ errors }) => Object.keys(errors)))].join(", ")}.
- HAProxy in TCP mode is what any relay costs on such a machine; by HAProxy's figures, the proxy does ${median(ratios(results.throughput.plain, "proxy", "HAProxy")).toFixed(2)} of its
  queries without TLS and ${median(ratios(results.throughput.tls, "proxy", "HAProxy")).toFixed(2)} with TLS, which the proxy ends and HAProxy passes on.
- Resident memory of the proxy per idle client session: ${results.memoryKb.plain.toFixed(1)} KB, with TLS ${results.memoryKb.tls.toFixed(1)} KB. A Node server that
  holds sockets and does nothing else takes ${results.memoryKb.bareSocket.toFixed(1)} KB and ${results.memoryKb.bareTlsSocket.toFixed(1)} KB each: what is above that is the proxy's own.
- A regular restart of the database under 50 idle sessions that then all query: longest wait ${median(results.restartWaitMs).toFixed(0)} ms (${spread(results.restartWaitMs, 0)}).
`;
}

/** Why a relay on shared cores costs what it does: where the time of a query is spent. */
function cpuSection({ cpu, machine, throughput }: Results): string {
  const spent = (rounds: Results["cpu"]["plain"], name: string, of: "clients" | "database" | "relay"): number =>
    median(rounds.flatMap((round) => round[name]?.[of] ?? []));
  const total = (rounds: Results["cpu"]["plain"], name: string): number =>
    spent(rounds, name, "clients") + spent(rounds, name, "database") + spent(rounds, name, "relay");
  const lines = (["plain", "tls"] as const).flatMap((kind) => {
    const rounds = cpu[kind];
    const names = Object.keys(rounds[0] ?? {}).sort((a, b) => total(rounds, a) - total(rounds, b));
    return names.map((name) => {
      const parts = (["clients", "database", "relay"] as const).map((of) => spent(rounds, name, of).toFixed(0));
      const allowed = total(rounds, "direct") / total(rounds, name);
      const reached = median(ratios(throughput[kind], name, "direct"));
      return `| ${name}${kind === "tls" ? ", TLS" : ""} | ${parts.join(" | ")} | ${total(rounds, name).toFixed(0)} | ${allowed.toFixed(2)} | ${reached.toFixed(2)} |`;
    });
  });
  const direct = median(figures(throughput.plain, "direct"));
  const clientShare = (direct * spent(cpu.plain, "direct", "clients")) / 1e6;
  const busy = (direct * total(cpu.plain, "direct")) / 1e6;
  return `## Where the time goes

CPU per query with 64 warm clients, in microseconds, of each process (user and kernel, medians). On cores that all share,
what a relay uses is gone for the others: the sum of a direct query by the sum of a relayed one is the ratio that the CPU
allows, if the cores are as busy as before. "Bare Node relay" is \`bench/bareRelay.ts\`: it passes bytes on unread, and so
is the most that a proxy written for Node can come to here; its TLS figures are without ending the TLS, which costs extra.

| way | clients | database | relay | sum | ratio that the CPU allows | ratio measured |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join("\n")}

Direct, the clients (one Node process, one thread) use ${clientShare.toFixed(2)} of a core, and all together ${busy.toFixed(2)} of ${machine.cores} cores. What a
relay uses beyond the rest is taken from clients and database. By CPU alone, a relay that reaches 0.80 without TLS may
use ${(total(cpu.plain, "direct") / 4).toFixed(0)} µs per query; and one that used nothing would still be a further process to wake up for each packet.`;
}

function row(what: string, rounds: Rounds): string {
  const digits = 0;
  const cell = (name: string): string => {
    const values = figures(rounds, name);
    return values.length === 0 ? "-" : `${median(values).toFixed(digits)} (${spread(values, digits)})`;
  };
  const ratio = (name: string): string => {
    const values = ratios(rounds, name, "direct");
    return values.length === 0 ? "-" : `${median(values).toFixed(2)} (${spread(values, 2)})`;
  };
  return `| ${what} | ${["direct", "proxy", "HAProxy"].map(cell).join(" | ")} | ${ratio("proxy")} | ${ratio("HAProxy")} |`;
}
