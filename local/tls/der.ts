/** The handful of ASN.1 types that an X.509 certificate is made of, in DER (ITU-T X.690). */

function value(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

export const sequence = (...items: Buffer[]): Buffer => value(0x30, ...items);
export const set = (...items: Buffer[]): Buffer => value(0x31, ...items);
export const utf8String = (text: string): Buffer => value(0x0c, Buffer.from(text));
export const octetString = (content: Buffer): Buffer => value(0x04, content);
export const boolean = (flag: boolean): Buffer => value(0x01, Buffer.from([flag ? 0xff : 0]));
/** Explicitly tagged, as the version and the extensions of a certificate are. */
export const explicit = (number: number, content: Buffer): Buffer => value(0xa0 + number, content);
/** Implicitly tagged primitive, as the entries of a subject alternative name are. */
export const implicit = (number: number, content: Buffer): Buffer => value(0x80 + number, content);

/** A positive integer given by its bytes: a leading bit that is set would make it negative. */
export function integer(bytes: Buffer): Buffer {
  return value(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** Bits that fill whole bytes, or all but `unused` bits of the last one. */
export function bitString(content: Buffer, unused = 0): Buffer {
  return value(0x03, Buffer.from([unused]), content);
}

/** An object identifier such as "2.5.4.3"; the first two numbers share a byte. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(base128)];
  return value(0x06, Buffer.from(bytes));
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let left = number >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

/** A time in UTC; the two-digit year of UTCTime is good for 1950 to 2049 (RFC 5280, 4.1.2.5). */
export function utcTime(time: Date): Buffer {
  const digits = time.toISOString().replace(/[-:T]|\.\d+/g, "");
  return value(0x17, Buffer.from(digits.slice(2)));
}
