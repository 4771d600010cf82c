/** From pictures as files and canvases hold them to the pixels of a data set. */
import { checkInteger, checkOneOf, checkOptions, checkShape, isPlainObject, refuse } from "../checks.ts";
import { ShapeError } from "../errors.ts";
import { bilinearShares, type PixelShare } from "./bilinear.ts";
import type { PictureFitting } from "./run-description.ts";

/** A picture: red, green, blue and opacity of each pixel, 0 .. 255, row by row. An `ImageData` of a canvas is one. */
export interface Picture {
  /** [height, width, 4] */
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A rectangle of pixels: its upper left corner and its size. */
interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The ways in which a picture of other proportions is brought into a size. */
export const FITS = ["stretch", "crop", "pad"] as const;

/** What is behind transparent pixels and beside padded pictures. */
export const BACKGROUNDS = ["black", "white"] as const;

/** The most pixels that are made of a picture. */
const MOST_PIXELS = 2 ** 26;

/** Whether something has the form of a picture. */
export function isPicture(value: unknown): value is Picture {
  if (typeof value !== "object" || value === null) return false;
  const { data, width, height } = value as Partial<Picture>;
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  return isBytes && typeof width === "number" && typeof height === "number";
}

/**
 * The pixels of a picture as a data set has them, channels first, in this order:
 *
 *   1. transparent pixels:   c = (a c + (255 - a) background) / 255, rounded
 *   2. one channel:          y = 0.299 r + 0.587 g + 0.114 b, rounded; three channels are red, green and blue
 *   3. another size:         bilinearly, see `bilinearShares`, after cutting or padding as `fit` says, rounded
 *
 * @param shape [channels, height, width], of 1 or 3 channels
 * @param fitting `fit`: pictures of other proportions are stretched, cropped at both sides, or padded;
 *   `background`: black or white
 * @returns bytes of that shape
 * @throws ShapeError for a picture without a pixel, or whose data are not four bytes for each
 */
export function picturePixels(
  picture: Picture,
  shape: readonly number[],
  fitting: PictureFitting = {},
): Uint8Array {
  const { fit = "stretch", background = "black" } = checkFitting("picturePixels.fitting", fitting);
  requirePicture("picturePixels", picture);
  const [channels = 0, height = 0, width = 0] = checkShape("picturePixels.shape", shape);
  const isImage = shape.length === 3 && (channels === 1 || channels === 3);
  if (!isImage || height * width > MOST_PIXELS) {
    refuse(
      "picturePixels.shape",
      "[channels, height, width] of 1 or 3 channels and at most 67 million pixels",
      shape,
    );
  }
  const ground = background === "white" ? 255 : 0;
  const planes = channels === 1 ? [greyPlane(picture, ground)] : colourPlanes(picture, ground);
  const from = { width: picture.width, height: picture.height };
  const pixels = new Uint8Array(channels * height * width);
  planes.forEach((plane, channel) => {
    const fitted = fitPlane(plane, from, { width, height }, fit, ground);
    pixels.set(fitted, channel * height * width);
  });
  return pixels;
}

/** @throws MyelinError for a way or a background that is none */
export function checkFitting(symbol: string, fitting: PictureFitting): PictureFitting {
  const { fit, background } = checkOptions(
    symbol,
    fitting,
    { fit: true, background: true },
    '{ fit: "crop" }',
  );
  if (fit !== undefined) checkOneOf(`${symbol}.fit`, fit, FITS);
  if (background !== undefined) checkOneOf(`${symbol}.background`, background, BACKGROUNDS);
  return fitting;
}

function requirePicture(symbol: string, picture: Picture): void {
  if (!isPicture(picture)) {
    const got: unknown = isPlainObject(picture) ? Object.keys(picture) : picture;
    refuse(symbol, "a picture { data, width, height } such as ImageData", got);
  }
  const { data, width, height } = picture;
  checkInteger(`${symbol}.width`, width, { min: 1 });
  checkInteger(`${symbol}.height`, height, { min: 1 });
  if (data.length === 4 * width * height) return;
  throw new ShapeError(
    `${symbol}: expected ${4 * width * height} bytes, four for each of ${width} x ${height} pixels, got ${data.length}. ` +
      "They are red, green, blue and opacity.",
  );
}

/** A colour in front of the background. */
function shown(colour: number, opacity: number, ground: number): number {
  return opacity === 255 ? colour : Math.round((colour * opacity + ground * (255 - opacity)) / 255);
}

function greyPlane({ data }: Picture, ground: number): Uint8Array {
  const plane = new Uint8Array(data.length / 4);
  for (let i = 0, at = 0; i < plane.length; i++, at += 4) {
    const opacity = data[at + 3]!;
    const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
    const grey = 0.299 * shown(red, opacity, ground) + 0.587 * shown(green, opacity, ground);
    plane[i] = Math.round(grey + 0.114 * shown(blue, opacity, ground));
  }
  return plane;
}

function colourPlanes({ data }: Picture, ground: number): Uint8Array[] {
  return [0, 1, 2].map((channel) =>
    Uint8Array.from({ length: data.length / 4 }, (_, i) =>
      shown(data[4 * i + channel]!, data[4 * i + 3]!, ground),
    ),
  );
}

type Size = Pick<Area, "width" | "height">;

/** A plane of another size. */
function fitPlane(
  plane: Uint8Array,
  from: Size,
  to: Size,
  fit: NonNullable<PictureFitting["fit"]>,
  ground: number,
): Uint8Array {
  if (from.width === to.width && from.height === to.height) return plane;
  const isPadded = fit === "pad";
  const source = fit === "crop" ? middle(from, scaledInto(to, from)) : { left: 0, top: 0, ...from };
  const target = isPadded ? middle(to, scaledInto(from, to)) : { left: 0, top: 0, ...to };
  const resized = resizeArea(plane, from.width, source, target);
  if (!isPadded) return resized;
  const whole = new Uint8Array(to.width * to.height).fill(ground);
  for (let y = 0; y < target.height; y++) {
    const row = resized.subarray(y * target.width, (y + 1) * target.width);
    whole.set(row, (target.top + y) * to.width + target.left);
  }
  return whole;
}

/** The largest size with the proportions of `size` that lies within `limits`; at least one pixel. */
function scaledInto(size: Size, limits: Size): Size {
  const scale = Math.min(limits.width / size.width, limits.height / size.height);
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

function middle(outer: Size, { width, height }: Size): Area {
  const left = Math.floor((outer.width - width) / 2);
  return { left, top: Math.floor((outer.height - height) / 2), width, height };
}

/** The area of a plane at another size: columns first, then rows. */
function resizeArea(plane: Uint8Array, stride: number, area: Area, to: Size): Uint8Array {
  const columns = bilinearShares(area.width, to.width);
  const rows = bilinearShares(area.height, to.height);
  const sums = new Float64Array(to.width * to.height);
  const line = new Float64Array(to.width);
  for (let y = 0; y < area.height; y++) {
    const start = (area.top + y) * stride + area.left;
    spreadRow(plane.subarray(start, start + area.width), columns, line);
    for (const { to: row, weight } of rows[y]!) {
      for (let x = 0; x < to.width; x++) sums[row * to.width + x]! += weight * line[x]!;
    }
  }
  // Halves that rounding errors would send either way go up.
  return Uint8Array.from(sums, (value) => Math.min(255, Math.floor(value + 0.5 + 1e-9)));
}

function spreadRow(row: Uint8Array, columns: readonly (readonly PixelShare[])[], line: Float64Array): void {
  line.fill(0);
  for (let x = 0; x < row.length; x++) {
    for (const { to, weight } of columns[x]!) line[to]! += weight * row[x]!;
  }
}
