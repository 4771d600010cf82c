import { crc32 } from "@myelin/core/io";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The longest block of bytes that deflate stores as they are. */
const LONGEST_BLOCK = 65_535;

/** A PNG of grey values, a byte per pixel, row by row, stored without compression. */
export function encodePng(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8; // bits a pixel; what follows is grey, deflate, no filters of another kind, not interlaced
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const parts = [chunk("IHDR", header), chunk("IDAT", stored(rows)), chunk("IEND", new Uint8Array())];
  return joined([Uint8Array.from(SIGNATURE), ...parts]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = joined([new TextEncoder().encode(type), data]);
  const frame = new Uint8Array(4);
  const end = new Uint8Array(4);
  new DataView(frame.buffer).setUint32(0, data.length);
  new DataView(end.buffer).setUint32(0, crc32(named));
  return joined([frame, named, end]);
}

/** Bytes in zlib's format, in blocks as they are. */
function stored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at === 0 || at < bytes.length; at += LONGEST_BLOCK) {
    const block = bytes.subarray(at, at + LONGEST_BLOCK);
    const isLast = at + LONGEST_BLOCK >= bytes.length;
    const { length } = block;
    parts.push(Uint8Array.of(Number(isLast), length, length >> 8, ~length, ~length >> 8), block);
  }
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return joined([...parts, Uint8Array.of(b >> 8, b, a >> 8, a)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
