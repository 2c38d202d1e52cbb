import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { isOwnRequest } from "../../../local/page";

const own = (method: string, headers: Record<string, string>): boolean =>
  isOwnRequest({ method, headers } as unknown as IncomingMessage);

describe("the API on this machine", () => {
  const host = "127.0.0.1:4000";

  it("answers programs such as curl, which send no origin", () => {
    assert.ok(own("POST", { host }));
    assert.ok(own("GET", { host: "localhost:4000" }));
  });

  it("answers its own page", () => {
    assert.ok(own("PUT", { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" }));
  });

  it("opens when somebody types its address or follows a link to it", () => {
    assert.ok(own("GET", { host, "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }));
    assert.ok(own("GET", { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }));
  });

  it("refuses the pages of other sites", () => {
    assert.ok(!own("POST", { host, origin: "https://example.com" }));
    assert.ok(!own("POST", { host, origin: "null" }));
    assert.ok(!own("POST", { host, origin: "http://127.0.0.1:5000", "sec-fetch-site": "same-site" }));
    assert.ok(!own("POST", { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }));
    assert.ok(!own("GET", { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }));
  });

  it("refuses the name of another site that leads to this machine", () => {
    assert.ok(!own("GET", { host: "example.com:4000" }));
    assert.ok(!own("GET", { host: "127.0.0.1.example.com" }));
    assert.ok(!own("GET", {}));
  });
});
