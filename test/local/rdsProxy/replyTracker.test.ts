import assert from "node:assert/strict";
import fc from "fast-check";
import { Command } from "../../../local/rdsProxy/protocol/constants";
import { eofPacket, okPacket, packet } from "../../../local/rdsProxy/protocol/packets";
import { ReplyTracker } from "../../../local/rdsProxy/protocol/replyTracker";

const column = packet(2, Buffer.from("\x03def some column definition"));
const error = packet(1, Buffer.from("\xff\x69\x04#HY000gone", "latin1"));
const rows = (count: number, size: number): Buffer[] =>
  Array.from({ length: count }, () => packet(3, Buffer.alloc(size, "x")));

const endOfRows = (sequence: number, status: number): Buffer => eofPacket(sequence, status, true);
/** MORE_RESULTS_EXISTS and PS_OUT_PARAMS. */
const outParameters = 0x1008;

const replies: Record<string, { command: number; bytes: Buffer; deprecateEof?: true }> = {
  ok: { command: Command.QUERY, bytes: okPacket(1, 2) },
  "ok with a long message": {
    command: Command.QUERY,
    bytes: okPacket(1, 2, "Rows matched: 1  Changed: 1  Warnings: 0"),
  },
  error: { command: Command.QUERY, bytes: error },
  rows: {
    command: Command.QUERY,
    bytes: Buffer.concat([packet(1, Buffer.of(1)), column, eofPacket(3, 2), ...rows(20, 30), eofPacket(9, 3)]),
  },
  "rows with an error among them": {
    command: Command.QUERY,
    bytes: Buffer.concat([packet(1, Buffer.of(1)), column, eofPacket(3, 2), ...rows(3, 300), error]),
  },
  "two results": {
    command: Command.QUERY,
    bytes: Buffer.concat([
      packet(1, Buffer.of(1)),
      column,
      eofPacket(3, 2),
      ...rows(1, 1),
      eofPacket(9, 8),
      okPacket(5, 2),
    ]),
  },
  "a row of two packets": {
    command: Command.QUERY,
    bytes: Buffer.concat([
      packet(1, Buffer.of(1)),
      column,
      eofPacket(3, 2),
      packet(4, Buffer.alloc(0xffffff, "x")),
      // The continuation looks like an EOF packet but is not one.
      packet(5, Buffer.of(0xfe, 0, 0, 0, 0)),
      eofPacket(6, 2),
    ]),
  },
  prepared: {
    command: Command.STMT_PREPARE,
    bytes: Buffer.concat([
      packet(1, Buffer.of(0, 1, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0)),
      column,
      column,
      eofPacket(4, 2),
      column,
      eofPacket(6, 2),
    ]),
  },
  "prepared without parameters or columns": {
    command: Command.STMT_PREPARE,
    bytes: packet(1, Buffer.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
  },
  "an opened cursor": {
    command: Command.STMT_EXECUTE,
    bytes: Buffer.concat([packet(1, Buffer.of(1)), column, eofPacket(3, 0x42)]),
  },
  fetched: { command: Command.STMT_FETCH, bytes: Buffer.concat([...rows(2, 5), eofPacket(3, 0x42)]) },
  "OUT parameters, with an OK packet that MySQL announces in front of their row only": {
    command: Command.STMT_EXECUTE,
    bytes: Buffer.concat([
      packet(1, Buffer.of(1)),
      column,
      eofPacket(3, outParameters),
      ...rows(1, 6),
      eofPacket(5, 2),
      okPacket(6, 2),
    ]),
  },
  "two results without EOF packets": {
    command: Command.QUERY,
    bytes: Buffer.concat([
      packet(1, Buffer.of(2)),
      column,
      column,
      ...rows(3, 30),
      endOfRows(4, 8),
      packet(5, Buffer.of(1)),
      column,
      endOfRows(6, 2),
    ]),
    deprecateEof: true,
  },
  "300 columns without EOF packets": {
    command: Command.QUERY,
    bytes: Buffer.concat([
      packet(1, Buffer.of(0xfc, 44, 1)),
      ...Array.from({ length: 300 }, () => column),
      ...rows(1, 3),
      endOfRows(4, 2),
    ]),
    deprecateEof: true,
  },
  "rows and an error without EOF packets": {
    command: Command.QUERY,
    bytes: Buffer.concat([packet(1, Buffer.of(1)), column, ...rows(2, 30), error]),
    deprecateEof: true,
  },
  "OUT parameters without EOF packets": {
    command: Command.STMT_EXECUTE,
    bytes: Buffer.concat([packet(1, Buffer.of(1)), column, ...rows(1, 6), endOfRows(5, outParameters), okPacket(6, 2)]),
    deprecateEof: true,
  },
  "prepared without EOF packets": {
    command: Command.STMT_PREPARE,
    bytes: Buffer.concat([packet(1, Buffer.of(0, 1, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0)), column, column, column]),
    deprecateEof: true,
  },
  "an opened cursor without EOF packets": {
    command: Command.STMT_EXECUTE,
    bytes: Buffer.concat([packet(1, Buffer.of(1)), column, endOfRows(3, 0x42)]),
    deprecateEof: true,
  },
  statistics: { command: Command.STATISTICS, bytes: packet(1, Buffer.from("Uptime: 1")) },
};

describe("the tracker of replies", () => {
  for (const [name, { command, bytes, deprecateEof }] of Object.entries(replies)) {
    it(`finds the end of ${name}, however it is cut into chunks`, () => {
      fc.assert(
        fc.property(fc.array(fc.nat(Math.min(bytes.length, 2000)), { maxLength: 12 }), fc.nat(9), (cuts, before) => {
          const tracker = new ReplyTracker(deprecateEof);
          tracker.begin(command);
          const points = [...cuts, bytes.length - 1, bytes.length - 2].filter((at) => at > 0 && at < bytes.length);
          points.sort((a, b) => a - b);
          let at = 0;
          for (const point of [...points, bytes.length]) {
            // The piece is inside a larger chunk, and the next reply is behind it.
            const last = point === bytes.length;
            const chunk = Buffer.concat([
              Buffer.alloc(before),
              bytes.subarray(at, point),
              last ? okPacket(1, 2) : Buffer.alloc(0),
            ]);
            const end = tracker.push(chunk, before);
            assert.equal(end, last ? before + point - at : -1);
            at = point;
          }
        }),
        { numRuns: name.includes("two packets") ? 5 : 200, seed: 3 },
      );
    });
  }

  it("reads status, rows, counts and errors", () => {
    const tracker = new ReplyTracker();
    tracker.begin(Command.QUERY);
    tracker.push(replies.rows?.bytes ?? Buffer.alloc(0), 0);
    assert.deepEqual([tracker.status, tracker.rows, tracker.affectedRows, tracker.errorCode], [3, 20, -1n, 0]);
    tracker.begin(Command.QUERY);
    tracker.push(packet(1, Buffer.of(0, 5, 0xfc, 1, 1, 2, 0, 3, 0)), 0);
    assert.deepEqual([tracker.affectedRows, tracker.insertId, tracker.warnings], [5n, 257n, 3]);
    tracker.begin(Command.QUERY);
    tracker.push(error, 0);
    assert.equal(tracker.errorCode, 1129);
  });
});
