import type { Picture } from "@myelin/core/runs";

type Rgba = Picture & { readonly data: Uint8Array };

/** Tag of the orientation in EXIF. */
const ORIENTATION = 0x0112;

/**
 * The orientation in an EXIF segment, 1 .. 8.
 *
 * @param segment the data of an APP1 segment
 * @returns undefined if it is no EXIF, says nothing or says something impossible
 */
export function exifOrientation(segment: Uint8Array): number | undefined {
  const isExif = String.fromCharCode(...segment.subarray(0, 6)) === "Exif\0\0";
  if (!isExif || segment.length < 14) return undefined;
  const view = new DataView(segment.buffer, segment.byteOffset + 6, segment.byteLength - 6);
  const isLittle = view.getUint16(0) === 0x4949;
  const start = view.getUint32(4, isLittle);
  if (start + 2 > view.byteLength) return undefined;
  const entries = view.getUint16(start, isLittle);
  for (let entry = 0; entry < entries; entry++) {
    const at = start + 2 + 12 * entry;
    if (at + 12 > view.byteLength) return undefined;
    if (view.getUint16(at, isLittle) !== ORIENTATION) continue;
    const value = view.getUint16(at + 8, isLittle);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/**
 * Turns a picture as its orientation says: 2 mirrors it, 3 turns it by 180 degrees, 4 both, 5 swaps rows and columns,
 * 6 turns clockwise, 7 swaps and turns by 180 degrees, 8 turns counter-clockwise.
 */
export function turnUpright(picture: Rgba, orientation: number): Rgba {
  if (orientation === 1) return picture;
  const isSwapped = orientation >= 5;
  const [width, height] = isSwapped ? [picture.height, picture.width] : [picture.width, picture.height];
  const flipX = [2, 3, 7, 8].includes(orientation);
  const flipY = [3, 4, 6, 7].includes(orientation);
  const from = new Uint32Array(picture.data.slice().buffer);
  const to = new Uint32Array(from.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = isSwapped ? [y, x] : [x, y];
      const column = flipX ? picture.width - 1 - u : u;
      const row = flipY ? picture.height - 1 - v : v;
      to[y * width + x] = from[row * picture.width + column]!;
    }
  }
  return { data: new Uint8Array(to.buffer), width, height };
}
