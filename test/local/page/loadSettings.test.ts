import assert from "node:assert/strict";
import { readLoadSettings } from "../../../local/page/loadSettings";

const good = { clients: 10, to: "proxy", work: "query", proxy: "sample" };

describe("the settings of the page's load test", () => {
  it("are read", () => {
    assert.deepEqual(readLoadSettings(JSON.stringify(good)), good);
  });

  for (const [given, message] of [
    [{ ...good, clients: 501 }, "clients is 501, but it must be a whole number from 0 to 500."],
    [{ ...good, clients: -1 }, "clients is -1, but it must be a whole number from 0 to 500."],
    [{ ...good, clients: "5" }, 'clients is "5", but it must be a whole number from 0 to 500.'],
    [{ ...good, to: "table" }, 'to is "table", but it must be "proxy" or "database".'],
    [{ ...good, work: "sleep" }, 'work is "sleep", but it must be "query" or "transaction".'],
    [{ ...good, proxy: 1 }, "proxy is 1, but it must be a proxy's name."],
  ] as const) {
    it(`are refused when ${message.replace(/, but.*/, "")}`, () => {
      assert.throws(() => readLoadSettings(JSON.stringify(given)), { message });
    });
  }

  it("are refused when they are no JSON, or no object", () => {
    assert.throws(() => readLoadSettings("clients=5"), /The load is no JSON object/);
    assert.throws(() => readLoadSettings("null"), /The load is no JSON object/);
  });
});
