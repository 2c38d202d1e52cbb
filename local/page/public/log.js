import { element, timeOf } from "./elements.js";

const longest = 300;

/** What a reader knows already, or has no use for here. */
const uninteresting = /^(timestamp|level|message|service|proxy|cold_start|function_(?!request_id).*)$/;

/** Shows log lines. It follows the last one, unless the reader has scrolled up. */
export function logIn(container) {
  return {
    clear: () => container.replaceChildren(),
    add({ group, timestamp, message }) {
      const isAtEnd = container.scrollHeight - container.scrollTop - container.clientHeight < 30;
      const { level, text, details } = partsOf(message);
      container.append(
        element(
          "div",
          { class: `line ${level}` },
          element("span", { class: "quiet" }, `${timeOf(timestamp)} `),
          element("span", { class: "source" }, `${group.split("/").at(-1)} `),
          element("span", { class: "text" }, text),
          element("span", { class: "quiet" }, details),
        ),
      );
      while (container.childElementCount > longest) container.firstElementChild.remove();
      if (isAtEnd) container.scrollTop = container.scrollHeight;
    },
  };
}

/** Proxies and functions log JSON. Whatever else a function prints is shown as it is. */
function partsOf(message) {
  let fields;
  try {
    fields = JSON.parse(message);
  } catch {
    // It is not JSON.
  }
  if (typeof fields?.message !== "string") return { level: "info", text: message, details: "" };
  const rest = Object.entries(fields).filter(([key]) => !uninteresting.test(key));
  const details = rest.map(([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return { level: String(fields.level ?? "info").toLowerCase(), text: fields.message, details: details.join("") };
}
