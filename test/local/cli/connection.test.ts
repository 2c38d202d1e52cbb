import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Connection } from "../../../local/cli/connection";
import { socketPath } from "../../../local/provider/socket";
import { eventually } from "../support";

describe("a command's connection to the stand-in", () => {
  it("notices that a stand-in was killed, although what it had sent was not read or sent at all", async () => {
    const folder = mkdtempSync(join(tmpdir(), "connection-"));
    mkdirSync(dirname(socketPath(folder)), { recursive: true, mode: 0o700 });
    const accepted: Socket[] = [];
    const server = createServer((socket) => accepted.push(socket)).listen(socketPath(folder));
    try {
      await eventually(() => server.listening);
      const connection = await Connection.find(folder);
      assert.ok(connection);
      await eventually(() => accepted.length === 1);
      const ended = connection.ended();
      // What a killed process leaves: its end of the socket closes while the other end's words are unread.
      Reflect.get(connection, "socket").destroy(new Error("read ECONNRESET"));
      await ended;
    } finally {
      accepted[0]?.destroy();
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
