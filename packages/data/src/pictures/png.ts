import { decode, type DecodedPng } from "fast-png";
import { concatenate, inflate } from "../bytes/index.ts";
import type { DecodedImage } from "./decoded-image.ts";
import { decoding, MOST_PIXELS, refusePicture, requirePictureSize } from "./picture-problem.ts";

const SIGNATURE_BYTES = 8;

/** The chunks that pixels depend on; others may be damaged without harm, and are left out. */
const NEEDED = new Set(["IHDR", "PLTE", "IDAT", "tRNS", "IEND"]);

/** Data of this size may unfold beyond all memory: they are measured first. */
const SUSPICIOUS_BYTES = MOST_PIXELS / 256;

/** Reads a PNG image: all colour types and depths, interlaced ones too; of an animation, its still picture. */
export async function decodePng(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  const chunks = chunksOf(bytes, name);
  const header = bytes.subarray(16, 33);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  requirePictureSize(name, width, height, 16);
  await requireHonestSize(chunks, 2 * height * (8 * width + 1) + 4096, name);
  const whole = concatenate([bytes.subarray(0, SIGNATURE_BYTES), ...chunks.map(({ all }) => all)]);
  return decoding(name, "a whole PNG image", () => toRgba(decode(whole, { checkCrc: true })));
}

interface Chunk {
  readonly type: string;
  /** Length, type, data and check sum. */
  readonly all: Uint8Array;
}

/** The chunks that are needed, in order. */
function chunksOf(bytes: Uint8Array, name: string): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; ;) {
    const isThere = at + 12 <= bytes.length;
    const end = isThere ? at + 12 + view.getUint32(at) : Infinity;
    if (end > bytes.length) {
      const got = `${bytes.length} bytes`;
      refusePicture(name, { byte: at, expected: "a PNG image up to its end", got, kind: "cut short" });
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (chunks.length === 0 && (type !== "IHDR" || end !== 33)) {
      refusePicture(name, { byte: at, expected: "a PNG image with its header first", got: `"${type}"` });
    }
    if (NEEDED.has(type)) chunks.push({ type, all: bytes.subarray(at, end) });
    if (type === "IEND") return chunks;
    at = end;
  }
}

/** @throws FormatError if small data would unfold into more than the picture can have */
async function requireHonestSize(chunks: readonly Chunk[], maxBytes: number, name: string): Promise<void> {
  const data = chunks.filter(({ type }) => type === "IDAT").map(({ all }) => all.subarray(8, -4));
  const size = data.reduce((sum, { length }) => sum + length, 0);
  if (size > SUSPICIOUS_BYTES) await inflate(concatenate(data), { maxBytes, name });
}

function toRgba(png: DecodedPng): DecodedImage {
  const { width, height, channels, palette, depth, transparency } = png;
  const stored = samplesOf(png);
  const pixels = width * height;
  const data = new Uint8Array(4 * pixels);
  if (palette) writePalette(stored, palette, data);
  else {
    const most = 2 ** depth - 1;
    const places = channels <= 2 ? [0, 0, 0] : [0, 1, 2];
    const opacity = channels % 2 === 0 ? channels - 1 : undefined;
    for (let i = 0, at = 0, from = 0; i < pixels; i++, at += 4, from += channels) {
      for (let c = 0; c < 3; c++) data[at + c] = scaled(stored[from + places[c]!]!, most);
      data[at + 3] = opacity === undefined ? 255 : scaled(stored[from + opacity]!, most);
    }
    if (transparency) clearKey(stored, transparency, channels, data);
  }
  return { data, width, height, channels: palette || channels > 2 ? 3 : 1 };
}

function scaled(value: number, most: number): number {
  return most === 255 ? value : Math.round((value * 255) / most);
}

/** The samples as they are stored, one by one; rows of less than a byte each begin in a new byte. */
function samplesOf({ data, width, height, channels, depth }: DecodedPng): DecodedPng["data"] {
  if (depth >= 8) return data;
  const inRow = width * channels;
  const rowBytes = Math.ceil((inRow * depth) / 8);
  const mask = (1 << depth) - 1;
  const samples = new Uint8Array(inRow * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let bit = 0; bit < inRow * depth; bit += depth, i++) {
      samples[i] = (data[y * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return samples;
}

function writePalette(
  indices: DecodedPng["data"],
  palette: readonly (readonly number[])[],
  data: Uint8Array,
): void {
  for (let i = 0; i < indices.length; i++) {
    const colour = palette[indices[i]!];
    if (colour === undefined) throw new Error(`colour ${indices[i]} of a palette of ${palette.length}`);
    for (let c = 0; c < 4; c++) data[4 * i + c] = colour[c] ?? 255;
  }
}

/** Makes the pixels of one colour transparent. */
function clearKey(
  stored: DecodedPng["data"],
  key: ArrayLike<number>,
  channels: number,
  data: Uint8Array,
): void {
  for (let i = 0; i < data.length / 4; i++) {
    let isKey = key.length === channels;
    for (let c = 0; c < channels && isKey; c++) isKey = stored[i * channels + c] === key[c];
    if (isKey) data[4 * i + 3] = 0;
  }
}
