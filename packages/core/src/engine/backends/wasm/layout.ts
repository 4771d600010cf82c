/**
 * Images to plain tensors and back; images are kept channels last.
 * Rows [planes, positions, channels] are a copy, logical order is a permutation of each plane.
 * Limited by memory; a part of the convolutional workloads.
 */
import type { LayoutBackend } from "../../backend/index.ts";
import type { Runtime } from "./runtime/runtime.ts";

export function layout(runtime: Runtime): LayoutBackend {
  return {
    imageToPlain({ planes, channels, positions }, { image, plain }) {
      const order = { n1: channels, n2: positions, s0: channels * positions, s1: 1, s2: channels };
      runtime.run("permute", planes, runtime.grain(planes, 64), { x: image, out: plain, ...order });
    },
    plainToImage({ planes, channels, positions }, { image, plain }) {
      const order = { n1: positions, n2: channels, s0: channels * positions, s1: 1, s2: positions };
      runtime.run("permute", planes, runtime.grain(planes, 64), { x: plain, out: image, ...order });
    },
    imageToRows: (_size, { image, rows }) => runtime.each("copy", rows.length, { x: image, out: rows }),
    rowsToImage: (_size, { image, rows }) => runtime.each("copy", rows.length, { x: rows, out: image }),
  };
}
