import { checkOptions, checkText } from "@myelin/core/checks";
import { checkBytes } from "../bytes/index.ts";
import type { DecodedImage } from "./decoded-image.ts";
import { refusePicture } from "./picture-problem.ts";

/** Options of {@link decodeImage}. */
export interface DecodeImageOptions {
  /** Name of the file in error messages. */
  readonly name?: string;
}

type Decode = (bytes: Uint8Array, name: string) => DecodedImage | Promise<DecodedImage>;

/** What is read, by the first bytes; each decoder is loaded when it is first needed. */
const FORMATS: readonly { readonly start: RegExp; readonly load: () => Promise<Decode> }[] = [
  { start: /^\x89PNG\r\n\x1a\n/, load: async () => (await import("./png.ts")).decodePng },
  { start: /^\xff\xd8\xff/, load: async () => (await import("./jpeg.ts")).decodeJpeg },
  { start: /^P[1-6]\s/, load: async () => (await import("./netpbm.ts")).decodeNetpbm },
];

/** Pictures that are told apart only to say what they are. */
const OTHERS: readonly (readonly [name: string, start: RegExp])[] = [
  ["a GIF image", /^GIF8/],
  ["a WebP image", /^RIFF.{4}WEBP/s],
  ["a BMP image", /^BM/],
  ["a TIFF image", /^(II\*\0|MM\0\*)/],
  ["a HEIC or AVIF image", /^.{4}ftyp/s],
  ["a PAM or PFM image", /^P[7Ff]\s/],
  ["an SVG image", /^\s*<(svg|\?xml)/],
];

/**
 * Reads a picture: PNG of every kind (16 bits become 8, transparency is kept), JPEG (baseline and progressive, CMYK
 * too, turned upright as EXIF says) or PBM, PGM, PPM. In Node and in pages, to the same pixels.
 *
 * @param bytes the whole file
 * @throws FormatError if it is damaged, cut short, larger than 67 million pixels or no picture
 * @throws UnsupportedError for a format that is not read, by its name
 * @example const { name } = await run.predict(await decodeImage(bytes));
 */
export async function decodeImage(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeImageOptions = {},
): Promise<DecodedImage> {
  const { name = "image" } = checkOptions("decodeImage", options, { name: true });
  checkText("decodeImage.name", name);
  const array = checkBytes("decodeImage", bytes);
  const start = startOf(array);
  const format = FORMATS.find((known) => known.start.test(start));
  if (format !== undefined) return (await format.load())(array, name);
  const other = OTHERS.find(([, pattern]) => pattern.test(start));
  const expected = "a picture in PNG, JPEG, PBM, PGM or PPM";
  if (other) return refusePicture(name, { expected, got: other[0], kind: "not supported" });
  const hex = [...array.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const got = array.length === 0 ? "an empty file" : `bytes beginning with 0x${hex}`;
  return refusePicture(name, { expected, got });
}

/** Whether a file that begins so is a picture of a format that is read. */
export function isImageFile(bytes: Uint8Array): boolean {
  const start = startOf(checkBytes("isImageFile", bytes));
  return FORMATS.some((known) => known.start.test(start));
}

function startOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 16));
}
