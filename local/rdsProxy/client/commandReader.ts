import { headerBytes, maxPayload } from "../protocol/constants";

/** A whole command, or the beginning of a long one. The proxy streams the rest of a long one. */
export interface ClientCommand {
  code: number;
  /** The whole command with its header, or as much of a long one as is here. */
  bytes: Buffer;
  /** Bytes of this packet that are still on their way. Undefined when `bytes` is the whole command. */
  missing: number | undefined;
  /** Whether the packet has the largest size, so that another packet continues the command. */
  continued: boolean;
}

/** The client has broken the rules of the protocol. */
export class ProtocolViolation extends Error {}

/** The proxy classifies statements up to this size. AWS pins the session for longer ones (rds-proxy-pinning). */
export const maxExaminedBytes = 16 * 1024;

/** Cuts the bytes of a client into commands. */
export class CommandReader {
  private buffered: Buffer | undefined;

  push(chunk: Buffer): void {
    this.buffered = this.buffered === undefined ? chunk : Buffer.concat([this.buffered, chunk]);
  }

  get size(): number {
    return this.buffered?.length ?? 0;
  }

  next(): ClientCommand | undefined {
    const { buffered } = this;
    if (buffered === undefined || buffered.length < headerBytes) return undefined;
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

  /** Takes up to `wanted` bytes of a long command. */
  take(wanted: number): Buffer | undefined {
    const { buffered } = this;
    if (buffered === undefined || wanted === 0) return undefined;
    const here = Math.min(buffered.length, wanted);
    this.buffered = buffered.length === here ? undefined : buffered.subarray(here);
    return buffered.subarray(0, here);
  }

  /** Takes the header of the packet that continues a command. */
  takeHeader(): { bytes: Buffer; length: number } | undefined {
    if (this.size < headerBytes) return undefined;
    const bytes = this.take(headerBytes) ?? Buffer.alloc(headerBytes);
    return { bytes, length: bytes.readUIntLE(0, 3) };
  }
}
