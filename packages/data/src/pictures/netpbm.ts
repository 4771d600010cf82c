import type { DecodedImage } from "./decoded-image.ts";
import { refusePicture, requirePictureSize } from "./picture-problem.ts";

/** Numbers of a header or of a picture in text. */
interface Cursor {
  at: number;
}

/** Reads PBM, PGM and PPM, each in text (P1, P2, P3) or bytes (P4, P5, P6). */
export function decodeNetpbm(bytes: Uint8Array, name: string): DecodedImage {
  const kind = bytes[1]! - 0x30;
  const cursor = { at: 2 };
  const isBits = kind === 1 || kind === 4;
  const [width, height] = [number(bytes, cursor, name), number(bytes, cursor, name)];
  const most = isBits ? 1 : number(bytes, cursor, name);
  requirePictureSize(name, width, height);
  if (most < 1 || most > 65_535) {
    refusePicture(name, { byte: cursor.at, expected: "a largest value of 1 to 65535", got: String(most) });
  }
  const channels = kind % 3 === 0 ? 3 : 1;
  const sample =
    kind <= 3
      ? textSample(bytes, cursor, name, isBits)
      : binarySample(bytes, cursor, { width, most, isBits, channels, height, name });
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) {
      const stored = sample(i * channels + c);
      if (stored > most) {
        refusePicture(name, { byte: cursor.at, expected: `values of 0 to ${most}`, got: String(stored) });
      }
      // In bitmaps 1 is black.
      const value = Math.round((255 * (isBits ? 1 - stored : stored)) / most);
      data.fill(value, 4 * i + c, channels === 1 ? 4 * i + 3 : 4 * i + c + 1);
    }
  }
  return { data, width, height, channels };
}

/** The next number, behind white space and comments. */
function number(bytes: Uint8Array, cursor: Cursor, name: string): number {
  for (; ; cursor.at++) {
    const byte = bytes[cursor.at];
    if (byte === 0x23) while (cursor.at < bytes.length && bytes[cursor.at] !== 0x0a) cursor.at++;
    else if (byte === undefined || !isSpace(byte)) break;
  }
  let value = 0;
  const start = cursor.at;
  for (; isDigit(bytes[cursor.at]) && value < 1e9; cursor.at++) value = 10 * value + bytes[cursor.at]! - 0x30;
  if (cursor.at > start) return value;
  const isEnd = start >= bytes.length;
  const got = isEnd ? "the end" : `0x${bytes[start]!.toString(16)}`;
  return refusePicture(name, {
    byte: start,
    expected: "a number",
    got,
    kind: isEnd ? "cut short" : "damaged",
  });
}

function textSample(bytes: Uint8Array, cursor: Cursor, name: string, isBits: boolean): () => number {
  return () => {
    if (!isBits) return number(bytes, cursor, name);
    // The digits of bitmaps need no space between them.
    while (cursor.at < bytes.length && !isDigit(bytes[cursor.at])) cursor.at++;
    if (cursor.at < bytes.length) return bytes[cursor.at++]! - 0x30;
    return refusePicture(name, { byte: cursor.at, expected: "a digit", got: "the end", kind: "cut short" });
  };
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly most: number;
  readonly isBits: boolean;
  readonly name: string;
}

function binarySample(
  bytes: Uint8Array,
  { at }: Cursor,
  { width, height, channels, most, isBits, name }: Layout,
): (index: number) => number {
  const start = at + 1; // one white space behind the header
  const size = most > 255 ? 2 : 1;
  const rowBytes = isBits ? Math.ceil(width / 8) : width * channels * size;
  if (start + rowBytes * height > bytes.length) {
    const expected = `${rowBytes * height} bytes of pixels`;
    const got = String(Math.max(0, bytes.length - start));
    refusePicture(name, { byte: start, expected, got, kind: "cut short" });
  }
  if (isBits) {
    return (index) => {
      const x = index % width;
      return (bytes[start + ((index - x) / width) * rowBytes + (x >> 3)]! >> (7 - (x & 7))) & 1;
    };
  }
  if (size === 1) return (index) => bytes[start + index]!;
  return (index) => (bytes[start + 2 * index]! << 8) | bytes[start + 2 * index + 1]!;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
