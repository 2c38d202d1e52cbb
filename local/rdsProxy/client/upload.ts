import type { Socket } from "node:net";
import type { DatabaseConnection } from "../database/connection";
import { maxPayload } from "../protocol/constants";
import type { ClientCommand, CommandReader } from "./commandReader";

/** Streams the rest of a long command from the client to the database, no faster than the database reads it. */
export class Upload {
  private missing: number;
  private continued: boolean;

  constructor(
    command: ClientCommand,
    private readonly reader: CommandReader,
    private readonly client: Socket,
    private readonly connection: DatabaseConnection,
  ) {
    this.missing = command.missing ?? 0;
    this.continued = command.continued;
  }

  /** Sends what is here. Returns true when the command is complete. */
  pump(): boolean {
    for (;;) {
      if (this.missing === 0) {
        if (!this.continued) return true;
        const header = this.reader.takeHeader();
        if (header === undefined) return false;
        this.connection.send(header.bytes);
        this.missing = header.length;
        this.continued = header.length === maxPayload;
        continue;
      }
      const part = this.reader.take(this.missing);
      if (part === undefined) return false;
      this.missing -= part.length;
      if (!this.connection.send(part)) {
        this.client.pause();
        this.connection.onceDrained(() => this.client.resume());
      }
    }
  }
}
