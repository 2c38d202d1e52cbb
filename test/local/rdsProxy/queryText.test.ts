import assert from "node:assert/strict";
import { textStart } from "../../../local/rdsProxy/client/queryText";
import { Capability, Command } from "../../../local/rdsProxy/protocol/constants";
import { lengthEncoded, TruncatedPacket } from "../../../local/rdsProxy/protocol/cursor";
import { Dialect, plainDialect } from "../../../local/rdsProxy/protocol/dialect";
import { packet, queryPacket } from "../../../local/rdsProxy/protocol/packets";
import { random } from "./support/random";

const withAttributes = new Dialect(Capability.QUERY_ATTRIBUTES, 0);
const sql = "SELECT 1";

/** COM_QUERY with three attributes: a string, NULL, and a BIGINT. */
const query = packet(
  0,
  Buffer.of(Command.QUERY, 3, 1, 0b010, 1),
  Buffer.concat([Buffer.of(0xfe, 0), lengthEncoded("name")]),
  Buffer.concat([Buffer.of(6, 0), lengthEncoded("nothing")]),
  Buffer.concat([Buffer.of(8, 0), lengthEncoded("count")]),
  lengthEncoded("SET @a = 1"),
  Buffer.alloc(8, 7),
  Buffer.from(sql),
);

describe("the text of a query", () => {
  it("is found where the client sends no attributes", () => {
    for (const dialect of [plainDialect, withAttributes]) {
      const bytes = queryPacket(sql, dialect.queryAttributes);
      assert.equal(bytes.toString("latin1", textStart(bytes, dialect)), sql);
    }
  });

  it("is found behind attributes", () => {
    assert.equal(query.toString("latin1", textStart(query, withAttributes)), sql);
  });

  it("is found, or missed with one kind of error, in any bytes", () => {
    const dice = random(5);
    for (let round = 0; round < 5000; round++) {
      const bytes = Buffer.from(query.subarray(0, 5 + dice.below(query.length - 4)));
      bytes[5 + dice.below(20)] = dice.below(256);
      try {
        assert.ok(textStart(bytes, withAttributes) <= bytes.length);
      } catch (error) {
        assert.ok(error instanceof TruncatedPacket, String(error));
      }
    }
  });
});
