import type { Results, Rounds } from "./results";
import { figures, median, ratios } from "./statistics";
import { bar, drawing, legend, text, width } from "./svg";

const left = 300;
const barHeight = 16;
const colours: Record<string, string> = {
  direct: "#8a8f98",
  proxy: "#d9622b",
  HAProxy: "#4b7bb5",
  "bare Node relay": "#8fb58a",
};

/** Bars for each measurement. Each group has its own scale. */
export function chart(results: Results): string {
  const parts: string[] = [];
  let y = 70;
  const group = (title: string, unit: string, bars: [string, number, string][]): void => {
    const most = Math.max(...bars.map(([, value]) => value), 1);
    parts.push(text(20, y + 13, title, "bold"));
    bars.forEach(([name, value, note], index) => {
      const top = y + index * (barHeight + 4);
      const length = ((width - left - 190) * value) / most;
      parts.push(bar(left, top, length, barHeight, colours[name] ?? "#000"));
      const label = `${Math.round(value).toLocaleString("en")}${unit} ${note}`;
      parts.push(text(left + length + 6, top + 13, label));
    });
    y += Math.max(bars.length * (barHeight + 4), 24) + 18;
  };
  const measured = (title: string, unit: string, rounds: Rounds): void => {
    group(
      title,
      unit,
      Object.keys(colours).flatMap((name): [string, number, string][] => {
        const values = figures(rounds, name);
        if (values.length === 0) return [];
        const note = name === "direct" ? "" : `(× ${median(ratios(rounds, name, "direct")).toFixed(2)})`;
        return [[name, median(values), note]];
      }),
    );
  };
  group("Failed of 1,000 clients (85 allowed)", "", [
    ["direct", median(results.crowd.direct.map(({ failedClients }) => failedClients)), "of 1,000"],
    [
      "proxy",
      Math.max(...results.crowd.proxy.map(({ failedClients }) => failedClients)),
      `of 1,000; ${Math.max(...results.crowd.maxUsed)} connections`,
    ],
  ]);
  const { shared, ownCore } = results.throughput;
  measured("64 warm clients", "/s", shared.plain.rates);
  measured("64 warm clients, TLS", "/s", shared.tls.rates);
  measured("… relay on a core of its own", "/s", ownCore.plain.rates);
  measured("… relay on a core of its own, TLS", "/s", ownCore.tls.rates);
  measured("One client, TLS: latency p50", " µs", results.latencyP50);
  measured("One client, TLS: latency p99", " µs", results.latencyP99);
  measured("Connect + TLS + log-in", "/s", results.logins);
  measured("A new TLS connection per query", "/s", results.connectionPerQuery);
  const { machine, versions } = results;
  const foot = `Medians of ${results.logins.length} rounds; ${machine.cores} cores; ${versions.database ?? ""}, Node ${versions.node ?? ""}`;
  const title = "The RDS Proxy stand-in against the same database without it";
  return drawing(title, y + 24, [legend(left, colours), ...parts], foot);
}
