import { milliseconds } from "./elements.js";

const byId = (id) => document.getElementById(id);
/** How long each way is shown when both are compared. */
const turnMilliseconds = 5000;

/** Connects the form with the stand-in. Returns a function that shows the state of the load. */
export function loadForm() {
  const form = byId("load");
  const clients = byId("clients");
  const choice = byId("load-proxy");
  const error = byId("load-error");
  const compare = byId("compare");
  const chosen = (name) => form.querySelector(`input[name="${name}"]:checked`).value;
  const choose = (name, value) => (form.querySelector(`input[name="${name}"][value="${value}"]`).checked = true);

  const send = async () => {
    const to = chosen("to");
    const body = {
      clients: to === "off" ? 0 : Number(clients.value),
      to: to === "off" ? "proxy" : to,
      work: chosen("work"),
      proxy: choice.value,
    };
    const response = await fetch("/page/load", { method: "PUT", body: JSON.stringify(body) });
    error.hidden = response.ok;
    error.textContent = response.ok ? "" : (await response.json()).Message;
    return response.ok;
  };

  clients.addEventListener("input", () => (byId("clients-shown").textContent = clients.value));
  let comparison = 0;
  form.addEventListener("change", () => {
    comparison++;
    void send();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  compare.addEventListener("click", async () => {
    const own = ++comparison;
    for (const to of ["database", "proxy", "off"]) {
      if (own !== comparison) return;
      choose("to", to);
      if (!(await send()) || to === "off") return;
      await new Promise((resolve) => setTimeout(resolve, turnMilliseconds));
    }
  });

  return ({ load, proxies }) => {
    const names = proxies.map(({ DBProxyName }) => DBProxyName);
    if ([...choice.options].map(({ value }) => value).join() !== names.join()) {
      choice.replaceChildren(...names.map((name) => new Option(name, name)));
      byId("proxy-choice").hidden = names.length < 2;
    }
    for (const row of byId("load-results").tBodies[0].rows) {
      const isRunning = row.dataset.to === load?.settings.to;
      row.classList.toggle("running", isRunning);
      if (isRunning && load.report !== undefined) show(row, load, proxies);
    }
  };
}

function show(row, { settings, report }, proxies) {
  const [connected, refused, perSecond, p99] = [...row.cells].slice(1);
  connected.textContent = `${report.connected} of ${settings.clients}`;
  connected.classList.toggle("bad", report.refused > 0);
  refused.textContent = report.refused === 0 ? "0" : `${report.refused * 2} per second`;
  refused.classList.toggle("bad", report.refused > 0);
  perSecond.textContent = report.perSecond;
  p99.textContent = report.p99 === 0 ? "–" : milliseconds(report.p99);
  const isDirect = settings.to === "database";
  const kept = isDirect ? proxies.reduce((sum, { Metrics }) => sum + Metrics.DatabaseConnections, 0) : 0;
  const sentences = [];
  if (report.lastError) sentences.push(`${isDirect ? "The database" : "The proxy"} says: ${report.lastError}.`);
  if (kept > 1) sentences.push(`Of the database's connections, the proxies hold ${kept}.`);
  byId("load-said").textContent = sentences.join(" ");
}
