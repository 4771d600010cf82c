/**
 * Average and maximum pooling of images `[planes, C, H, W]`.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { PoolBackend, PoolSize } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";
import { forEachTap } from "./conv.ts";
import { exceeds } from "./elementwise.ts";

/** The operations of `PoolBackend`. */
export const pool: OnArrays<PoolBackend> = {
  /** `y = (sum of the window) / (kH kW)`; padding counts as zero. */
  averageForward(size, { x, y }) {
    const area = size.kernelHeight * size.kernelWidth;
    y.fill(0);
    forEachPlace(size, (yAt, xAt) => (y[yAt]! += x[xAt]!));
    for (let i = 0; i < y.length; i++) y[i]! /= area;
  },

  /** `gx = (sum of gy over the windows a value was in) / (kH kW)`. */
  averageBackward(size, { gy, gx }) {
    const area = size.kernelHeight * size.kernelWidth;
    gx.fill(0);
    forEachPlace(size, (yAt, xAt) => (gx[xAt]! += gy[yAt]! / area));
  },

  /** `y = maximum of the window`; `winner` is the tap, `row * kW + column`, of its first occurrence. Padding never wins. */
  maxForward(size, { x, y, winner }) {
    winner.fill(-1);
    forEachPlace(size, (yAt, xAt, tap) => {
      if (winner[yAt] !== -1 && !exceeds(x[xAt]!, y[yAt]!)) return;
      y[yAt] = x[xAt]!;
      winner[yAt] = tap;
    });
  },

  /** The gradient of an output goes to its winner. */
  maxBackward(size, { gy, winner, gx }) {
    gx.fill(0);
    forEachPlace(size, (yAt, xAt, tap) => {
      if (winner[yAt] === tap) gx[xAt]! += gy[yAt]!;
    });
  },
};

/** Visits each output with each value in its window: where both are, and the tap between them. */
function forEachPlace(size: PoolSize, visit: (yAt: number, xAt: number, tap: number) => void): void {
  for (let map = 0; map < size.planes * size.channels; map++) {
    const yStart = map * size.outHeight * size.outWidth;
    const xStart = map * size.inHeight * size.inWidth;
    forEachTap(size, (yPosition, xPosition, tap) => visit(yStart + yPosition, xStart + xPosition, tap));
  }
}
