import jpeg from "jpeg-js";
import type { DecodedImage } from "./decoded-image.ts";
import { exifOrientation, turnUpright } from "./orientation.ts";
import { decoding, MOST_PIXELS, refusePicture, requirePictureSize } from "./picture-problem.ts";

/** Start of frame: 8-bit Huffman coded images; others are of kinds that cameras do not write. */
const BASELINE = 0xc0;
const PROGRESSIVE = 0xc2;

/** What a JPEG image says of itself before its data. */
interface JpegHeader {
  readonly components: number;
  /** How it has to be turned, 1 .. 8 as in EXIF. */
  readonly orientation: number;
}

/** Reads a JPEG image, baseline or progressive, in grey, colour or CMYK, and turns it upright. */
export function decodeJpeg(bytes: Uint8Array, name: string): DecodedImage {
  const { components, orientation } = headerOf(bytes, name);
  requireEnd(bytes, name);
  const limits = { maxResolutionInMP: MOST_PIXELS / 1e6, maxMemoryUsageInMB: 2048 };
  const { data, width, height } = decoding(name, "a whole JPEG image", () =>
    jpeg.decode(bytes, { useTArray: true, formatAsRGBA: true, tolerantDecoding: false, ...limits }),
  );
  return { ...turnUpright({ data, width, height }, orientation), channels: components === 1 ? 1 : 3 };
}

function headerOf(bytes: Uint8Array, name: string): JpegHeader {
  let orientation = 1;
  for (let at = 2; at + 10 <= bytes.length;) {
    const marker = bytes[at + 1]!;
    if (bytes[at] !== 0xff) break;
    if (marker === 0xff) {
      at++; // fill bytes
      continue;
    }
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    if (marker === 0xe1)
      orientation = exifOrientation(bytes.subarray(at + 4, at + 2 + length)) ?? orientation;
    if (isFrame(marker)) {
      const [precision, h1, h0, w1, w0, components] = bytes.subarray(at + 4, at + 10);
      requireKnown(marker, precision!, at, name);
      requirePictureSize(name, (w1! << 8) | w0!, (h1! << 8) | h0!, at + 5);
      return { components: components!, orientation };
    }
    at += 2 + length;
  }
  const got = `none in ${bytes.length} bytes`;
  return refusePicture(name, { byte: 2, expected: "a JPEG image with a frame", got, kind: "cut short" });
}

/** SOF0 to SOF15 without the tables of Huffman and arithmetic coding between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function requireKnown(marker: number, precision: number, byte: number, name: string): void {
  if (marker > PROGRESSIVE) {
    const kind = marker >= 0xc9 ? "arithmetic coding" : "lossless or hierarchical coding";
    const expected = "a baseline or progressive JPEG image";
    refusePicture(name, { byte, expected, got: kind, kind: "not supported" });
  }
  if (precision === 8 && marker >= BASELINE) return;
  const got = `${precision} bits`;
  refusePicture(name, { byte, expected: "a JPEG image of 8 bits per colour", got, kind: "not supported" });
}

/** Some cameras put data of their own behind the end, so that it is looked for from the back. */
function requireEnd(bytes: Uint8Array, name: string): void {
  for (let at = bytes.length - 2; at > 2; at--) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return;
  const got = `${bytes.length} bytes without one`;
  refusePicture(name, { expected: "a JPEG image up to its end marker", got, kind: "cut short" });
}
