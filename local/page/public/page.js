import { chartOf } from "./charts.js";
import { element, milliseconds, timeOf, whenChanged } from "./elements.js";
import { loadForm } from "./load.js";
import { logIn } from "./log.js";
import { pictureIn } from "./picture.js";

const byId = (id) => document.getElementById(id);

const drawPicture = pictureIn(byId("picture"), byId("rules"));
const drawLoad = loadForm();
const log = logIn(byId("log"));
const proxies = new Map();
const functions = new Map();

function show(snapshot) {
  drawPicture(snapshot.picture);
  keep(proxies, byId("proxies"), snapshot.proxies, ({ DBProxyName }) => DBProxyName, proxySection);
  keep(functions, byId("functions"), snapshot.functions, ({ name }) => name, functionCard);
  for (const proxy of snapshot.proxies) proxies.get(proxy.DBProxyName).update(proxy, snapshot.at);
  for (const one of snapshot.functions) functions.get(one.name).update(one);
  drawLoad(snapshot);
}

/** Keeps one part of the page for each thing, and makes and removes parts only when things come and go. */
function keep(parts, container, things, nameOf, make) {
  const names = new Set(things.map(nameOf));
  for (const [name, { root }] of parts) {
    if (names.has(name)) continue;
    root.remove();
    parts.delete(name);
  }
  for (const name of names) {
    if (parts.has(name)) continue;
    const part = make(name);
    parts.set(name, part);
    container.append(part.root);
  }
}

function proxySection(name) {
  const health = element("p", { class: "health", role: "status" });
  const values = {
    clients: tile("Client sessions"),
    database: tile("Database connections"),
    borrowed: tile("Borrowed"),
    pinned: tile("Pinned"),
    waiting: tile("Waiting"),
    latency: tile("Borrow latency"),
  };
  const connections = chartOf("Connections", [
    { label: "client sessions", color: "line-clients", fill: true },
    { label: "database connections", color: "line-database" },
    { label: "borrowed", color: "line-borrowed" },
    { label: "pinned", color: "line-pinned" },
    { label: "waiting", color: "line-waiting" },
  ]);
  const queries = chartOf("Queries per second", [{ label: "queries", color: "line-clients", fill: true, least: 10 }]);
  const latency = chartOf("Borrow latency", [
    { label: "average of half a second", color: "line-waiting", fill: true, unit: " ms" },
  ]);
  const pins = element("div", { class: "pins" });
  const root = element(
    "section",
    { "aria-label": `Proxy ${name}` },
    element("h2", {}, "Proxy ", element("code", {}, name)),
    health,
    element("div", { class: "tiles" }, ...Object.values(values).map(({ root }) => root)),
    element("div", { class: "charts" }, connections.figure, queries.figure, latency.figure),
    pins,
  );
  const drawHealth = whenChanged((targets) => health.replaceChildren(...targets.map(healthOf)));
  const drawPins = whenChanged((pinned) => pins.replaceChildren(...pinsOf(pinned)));
  let last;
  return {
    root,
    update({ Targets, Metrics, Activity }, at) {
      drawHealth(Targets);
      drawPins(
        Activity.pinned.slice(0, 20).map(({ reason, statement, since, clientConnection, dbConnection }) => ({
          reason,
          statement,
          since,
          clientConnection,
          dbConnection,
        })),
      );
      const borrows = Activity.borrows.count - (last?.borrows.count ?? Activity.borrows.count);
      const waited = Activity.borrows.milliseconds - (last?.borrows.milliseconds ?? Activity.borrows.milliseconds);
      const average = borrows === 0 ? 0 : waited / borrows;
      const elapsed = last === undefined ? 0 : (at - last.at) / 1000;
      const perSecond = elapsed === 0 ? 0 : Math.round((Metrics.QueryRequests - last.queries) / elapsed);
      last = { at, borrows: Activity.borrows, queries: Metrics.QueryRequests };
      values.clients.set(Metrics.ClientConnections);
      values.database.set(Metrics.DatabaseConnections, `of ${Metrics.MaxDatabaseConnectionsAllowed}`);
      values.borrowed.set(Metrics.DatabaseConnectionsCurrentlyBorrowed);
      values.pinned.set(
        Metrics.DatabaseConnectionsCurrentlySessionPinned,
        "",
        Metrics.DatabaseConnectionsCurrentlySessionPinned > 0,
      );
      values.waiting.set(Activity.waiting, "", Activity.waiting > 0);
      values.latency.set(milliseconds(average));
      connections.add(at, [
        Metrics.ClientConnections,
        Metrics.DatabaseConnections,
        Metrics.DatabaseConnectionsCurrentlyBorrowed,
        Metrics.DatabaseConnectionsCurrentlySessionPinned,
        Activity.waiting,
      ]);
      queries.add(at, [perSecond]);
      latency.add(at, [average]);
    },
  };
}

function tile(label) {
  const value = element("span", { class: "value" }, "–");
  const note = element("span", { class: "note" });
  const root = element(
    "div",
    { class: "tile" },
    element("span", { class: "label" }, label),
    element("span", {}, value, note),
  );
  return {
    root,
    set(text, more = "", isNotable = false) {
      value.textContent = text;
      note.textContent = more;
      root.classList.toggle("notable", isNotable);
    },
  };
}

function healthOf({ RdsResourceId, TargetHealth: { State, Reason, Description } }) {
  const why = [Reason, Description].filter(Boolean).join(": ");
  return element(
    "span",
    {},
    element("span", { class: `badge ${State.toLowerCase()}` }, `${State === "AVAILABLE" ? "✓" : "!"} ${State}`),
    ` target ${RdsResourceId}${why ? ` – ${why}` : ""}`,
  );
}

function pinsOf(pinned) {
  if (pinned.length === 0) return [element("p", { class: "quiet" }, "No session is pinned to a database connection.")];
  const rows = pinned.map(({ reason, statement, since, clientConnection, dbConnection }) =>
    element(
      "tr",
      {},
      element("td", {}, timeOf(since)),
      element("td", {}, `${clientConnection} → ${dbConnection ?? "waits"}`),
      element("td", {}, reason),
      element("td", {}, statement === undefined ? "–" : element("code", {}, statement.slice(0, 160))),
    ),
  );
  const heads = ["Since", "Session → connection", "Why", "Statement"].map((text) =>
    element("th", { scope: "col" }, text),
  );
  return [
    element(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Pinned sessions" },
      element(
        "table",
        {},
        element("caption", {}, "Pinned sessions"),
        element("thead", {}, element("tr", {}, ...heads)),
        element("tbody", {}, ...rows),
      ),
    ),
  ];
}

function functionCard(name) {
  const button = element("button", { type: "button" }, "Invoke");
  button.setAttribute("aria-label", `Invoke ${name}`);
  const containers = element("span", { class: "quiet" });
  const results = element("div", { class: "results", "aria-live": "polite" });
  const event = element("input", { type: "text", value: "{}", "aria-label": `Event for ${name}`, spellcheck: "false" });
  const root = element(
    "article",
    {},
    element("h3", {}, element("code", {}, name)),
    element("div", { class: "invoke" }, event, button, containers),
    results,
  );
  button.addEventListener("click", async () => {
    button.disabled = true;
    await fetch(`/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, {
      method: "POST",
      body: event.value,
    }).catch(() => undefined);
    button.disabled = false;
    button.focus();
  });
  const draw = whenChanged((invocations) => results.replaceChildren(...invocations.map(invocationOf)));
  return {
    root,
    update({ containers: all, busy, invocations }) {
      containers.textContent = `${all} container${all === 1 ? "" : "s"}, ${busy} busy`;
      draw(invocations);
    },
  };
}

function invocationOf({ at, milliseconds: took, cold, failed, text }) {
  return element(
    "div",
    { class: `result${failed ? " failed" : ""}` },
    element("span", { class: "quiet" }, timeOf(at)),
    element("span", { class: `badge ${cold ? "cold" : "warm"}` }, cold ? "cold" : "warm"),
    element("span", { class: "took" }, milliseconds(took)),
    element("code", {}, text),
  );
}

const connection = byId("connection");
const events = new EventSource("/page/events");
events.addEventListener("open", () => {
  // After a pause, the stand-in sends the last lines again.
  log.clear();
  connection.textContent = "Connected";
  connection.className = "connected";
});
events.addEventListener("error", () => {
  connection.textContent = "The stand-in does not answer. Start it again, and this page comes back.";
  connection.className = "lost";
});
events.addEventListener("snapshot", ({ data }) => show(JSON.parse(data)));
events.addEventListener("log", ({ data }) => log.add(JSON.parse(data)));
