import type { IncomingMessage } from "node:http";

/**
 * Whether a request may have come from the page, or from a program such as curl. A browser says which page a request comes from, if
 * the request changes something: that has to be this address. And the address has to be one of this machine, because another
 * site's name can lead here (DNS rebinding).
 */
export function isOwnRequest({ method, headers }: IncomingMessage): boolean {
  const { host = "", origin } = headers;
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) return false;
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return isNavigation(method, headers);
  return origin === undefined || origin === `http://${host}`;
}

/** A link on another site may lead here, because a page that is only opened changes nothing. */
function isNavigation(method: string | undefined, headers: IncomingMessage["headers"]): boolean {
  return method === "GET" && headers["sec-fetch-mode"] === "navigate";
}
