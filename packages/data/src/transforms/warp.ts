import type { ImageSize } from "../images/index.ts";

/** Where an output pixel comes from: `sourceX = xx * x + xy * y + x0`, `sourceY = yx * x + yy * y + y0`. */
export interface AffineMap {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly x0: number;
  readonly y0: number;
}

/** Resamples every channel with the value of the nearest pixel, 0 outside the image. */
export function warpNearest(
  input: Float32Array,
  output: Float32Array,
  size: ImageSize,
  map: AffineMap,
): void {
  const { channels, height, width } = size;
  const positions = height * width;
  for (let y = 0, at = 0; y < height; y++) {
    const rowX = map.xy * y + map.x0 + 0.5;
    const rowY = map.yy * y + map.y0 + 0.5;
    for (let x = 0; x < width; x++, at++) {
      const column = Math.floor(map.xx * x + rowX);
      const row = Math.floor(map.yx * x + rowY);
      const inside = column >= 0 && column < width && row >= 0 && row < height;
      const source = row * width + column;
      for (let plane = 0; plane < channels * positions; plane += positions) {
        output[plane + at] = inside ? input[plane + source]! : 0;
      }
    }
  }
}

/** Resamples every channel with the four neighbours weighted by nearness; neighbours outside the image count as 0. */
export function warpBilinear(
  input: Float32Array,
  output: Float32Array,
  size: ImageSize,
  map: AffineMap,
): void {
  const { channels, height, width } = size;
  for (let plane = 0; plane < channels * height * width; plane += height * width) {
    for (let y = 0; y < height; y++) {
      warpRow(input, output, plane, y, height, width, map);
    }
  }
}

// Positional numbers, no objects: this runs for every row of every image.
function warpRow(
  input: Float32Array,
  output: Float32Array,
  plane: number,
  y: number,
  height: number,
  width: number,
  { xx, xy, x0, yx, yy, y0 }: AffineMap,
): void {
  const rowX = xy * y + x0;
  const rowY = yy * y + y0;
  const at = plane + y * width;
  for (let x = 0; x < width; x++) {
    const sourceX = xx * x + rowX;
    const sourceY = yx * x + rowY;
    if (!(sourceX > -1 && sourceX < width && sourceY > -1 && sourceY < height)) {
      output[at + x] = 0;
      continue;
    }
    const column = Math.floor(sourceX);
    const row = Math.floor(sourceY);
    const right = sourceX - column;
    const down = sourceY - row;
    const left = column >= 0;
    const above = row >= 0;
    const rightInside = column + 1 < width;
    const belowInside = row + 1 < height;
    const corner = plane + row * width + column;
    const topLeft = above && left ? input[corner]! : 0;
    const topRight = above && rightInside ? input[corner + 1]! : 0;
    const bottomLeft = belowInside && left ? input[corner + width]! : 0;
    const bottomRight = belowInside && rightInside ? input[corner + width + 1]! : 0;
    const top = topLeft + right * (topRight - topLeft);
    const bottom = bottomLeft + right * (bottomRight - bottomLeft);
    output[at + x] = top + down * (bottom - top);
  }
}
