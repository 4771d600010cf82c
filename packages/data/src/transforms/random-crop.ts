import { checkInteger, checkOptions } from "@myelin/core/checks";
import type { ImageShape } from "../images/index.ts";
import type { Transform } from "./transform.ts";

const MAX_PADDING = 65_536;

/**
 * Pads the image with `padding` zeros on each side and cuts a window of the original size out of it at a random place:
 * a shift by -padding .. padding pixels along each axis, all equally likely.
 *
 * @throws MyelinError unless `padding` is an integer >= 0
 */
export function randomCrop(options: { readonly padding: number }): Transform {
  const { padding } = checkOptions("randomCrop", options, { padding: true }, "{ padding: 4 }");
  checkInteger("randomCrop.padding", padding, { min: 0, max: MAX_PADDING }, "It is in pixels; 4 is usual.");
  return (input, output, size, random) => {
    const down = random.integer(2 * padding + 1) - padding;
    const right = random.integer(2 * padding + 1) - padding;
    shift(input, output, size, down, right);
  };
}

/** output[c, y, x] = input[c, y + down, x + right], or 0 outside. */
function shift(
  input: Float32Array,
  output: Float32Array,
  size: ImageShape,
  down: number,
  right: number,
): void {
  const { channels, height, width } = size;
  output.fill(0);
  const firstColumn = Math.max(0, right);
  const endColumn = Math.min(width, width + right);
  if (firstColumn >= endColumn) return;
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * height * width;
    for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
      const row = plane + (y + down) * width;
      output.set(input.subarray(row + firstColumn, row + endColumn), plane + y * width + firstColumn - right);
    }
  }
}
