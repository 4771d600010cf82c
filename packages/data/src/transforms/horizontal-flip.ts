import { checkNumber, checkOptions } from "@myelin/core/checks";
import type { Transform } from "./transform.ts";

/**
 * Mirrors the image left to right with probability `p`.
 *
 * @throws MyelinError unless 0 <= p <= 1
 */
export function horizontalFlip(options: { readonly p?: number } = {}): Transform {
  const { p = 0.5 } = checkOptions("horizontalFlip", options, { p: true });
  checkNumber("horizontalFlip.p", p, { min: 0, max: 1 }, "0.5 flips every other image.");
  return (input, output, { width }, random) => {
    if (random.uniform() >= p) {
      output.set(input);
      return;
    }
    for (let row = 0; row < input.length; row += width) {
      const end = row + width - 1;
      for (let x = 0; x < width; x++) output[row + x] = input[end - x]!;
    }
  };
}
