import { headerBytes, maxPayload } from "../protocol/constants";

/** A command that is here in full, or whose beginning is here and whose rest will be streamed. */
export interface ClientCommand {
  code: number;
  /** The whole command with its header, or, for a long one, what has come so far. */
  bytes: Buffer;
  /** Bytes of a long command that are still to come in this packet; undefined when `bytes` is all of it. */
  missing: number | undefined;
  /** The packet has the full size, so another one continues the command. */
  continued: boolean;
}

export class ProtocolViolation extends Error {}

/** Statements up to this size are looked at; AWS pins longer ones anyway (rds-proxy-pinning). */
export const maxExaminedBytes = 16 * 1024;

/** Cuts the stream from a client into commands. */
export class CommandReader {
  private buffered: Buffer | undefined;

  push(chunk: Buffer): void {
    this.buffered = this.buffered ? Buffer.concat([this.buffered, chunk]) : chunk;
  }

  get size(): number {
    return this.buffered?.length ?? 0;
  }

  next(): ClientCommand | undefined {
    const buffered = this.buffered;
    if (!buffered || buffered.length < headerBytes) return undefined;
    const length = (buffered[0] ?? 0) | ((buffered[1] ?? 0) << 8) | ((buffered[2] ?? 0) << 16);
    if (length === 0 || buffered[3] !== 0) throw new ProtocolViolation();
    if (buffered.length === headerBytes) return undefined;
    const end = headerBytes + length;
    const code = buffered[headerBytes] ?? 0;
    if (buffered.length >= end && length !== maxPayload) {
      const bytes = buffered.length === end ? buffered : buffered.subarray(0, end);
      this.buffered = buffered.length === end ? undefined : buffered.subarray(end);
      return { code, bytes, missing: undefined, continued: false };
    }
    if (length <= maxExaminedBytes + 1) return undefined;
    const here = Math.min(buffered.length, end);
    this.buffered = buffered.length === here ? undefined : buffered.subarray(here);
    return { code, bytes: buffered.subarray(0, here), missing: end - here, continued: length === maxPayload };
  }

  /** The next bytes of a long command: up to `wanted`. */
  take(wanted: number): Buffer | undefined {
    const buffered = this.buffered;
    if (!buffered || wanted === 0) return undefined;
    const here = Math.min(buffered.length, wanted);
    this.buffered = buffered.length === here ? undefined : buffered.subarray(here);
    return buffered.subarray(0, here);
  }

  /** The header of the packet that continues a command. */
  takeHeader(): { bytes: Buffer; length: number } | undefined {
    if (this.size < headerBytes) return undefined;
    const bytes = this.take(headerBytes) ?? Buffer.alloc(headerBytes);
    return { bytes, length: bytes.readUIntLE(0, 3) };
  }
}
