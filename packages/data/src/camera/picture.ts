import { imageLength, type ImageDataset } from "../images/index.ts";

/** A grey picture. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** f32 [height, width], 0 .. 1. */
  readonly pixels: Float32Array;
}

/** Parts of red, green and blue in brightness (ITU-R BT.601). */
const LUMA = [0.299, 0.587, 0.114] as const;

/** Image `index` of a data set as a grey picture: its channel, its luma if it has three, else the channels' mean. */
export function pictureOf(dataset: ImageDataset, index: number): Picture {
  const { channels, width, height, images } = dataset;
  const plane = width * height;
  const start = index * imageLength(dataset);
  const pixels = new Float32Array(plane);
  for (let channel = 0; channel < channels; channel++) {
    const weight = (channels === LUMA.length ? LUMA[channel]! : 1 / channels) / 255;
    const from = start + channel * plane;
    for (let i = 0; i < plane; i++) pixels[i]! += weight * images[from + i]!;
  }
  return { width, height, pixels };
}

/** Where a picture stands on a canvas: its centre, in pixels from the canvas' centre, and its angle. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  /** Radians, clockwise; 0 if left out. */
  readonly angle?: number;
}

/**
 * Paints a picture onto a canvas, bilinearly, where it is brighter than what is there. Outside the picture is darkness.
 *
 * @param canvas f32 [height, width]
 */
export function paint(
  canvas: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  picture: Picture,
  { x, y, angle = 0 }: Pose,
): void {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const centreX = (width - 1) / 2 + x;
  const centreY = (height - 1) / 2 + y;
  const sourceX = (picture.width - 1) / 2;
  const sourceY = (picture.height - 1) / 2;
  // No pixel of the picture, however it is turned, lies further from its centre than this.
  const reach = angle === 0 ? Math.max(sourceX, sourceY) + 1 : Math.hypot(sourceX, sourceY) + 1;
  const lastRow = Math.min(height - 1, Math.floor(centreY + reach));
  const lastColumn = Math.min(width - 1, Math.floor(centreX + reach));
  const firstColumn = Math.max(0, Math.ceil(centreX - reach));
  for (let row = Math.max(0, Math.ceil(centreY - reach)); row <= lastRow; row++) {
    const down = row - centreY;
    for (let column = firstColumn; column <= lastColumn; column++) {
      const right = column - centreX;
      const value = sample(picture, sourceX + cos * right + sin * down, sourceY - sin * right + cos * down);
      const at = row * width + column;
      if (value > canvas[at]!) canvas[at] = value;
    }
  }
}

/** The picture between its pixels; 0 outside. */
function sample({ pixels, width, height }: Picture, x: number, y: number): number {
  if (!(x > -1 && y > -1 && x < width && y < height)) return 0;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const right = x - left;
  const down = y - top;
  const at = top * width + left;
  const hasLeft = left >= 0;
  const hasRight = left + 1 < width;
  let value = 0;
  if (top >= 0) {
    const here = hasLeft ? (1 - right) * pixels[at]! : 0;
    value += (1 - down) * (hasRight ? here + right * pixels[at + 1]! : here);
  }
  if (top + 1 < height) {
    const below = at + width;
    const here = hasLeft ? (1 - right) * pixels[below]! : 0;
    value += down * (hasRight ? here + right * pixels[below + 1]! : here);
  }
  return value;
}
