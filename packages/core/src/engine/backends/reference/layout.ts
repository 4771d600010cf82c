/**
 * Images are kept in logical order, so that turning one into a plain tensor, or back, is a copy.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { ImageSize, LayoutBackend } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** The operations of `LayoutBackend`. */
export const layout: OnArrays<LayoutBackend> = {
  imageToPlain: (_size, { image, plain }) => plain.set(image),
  plainToImage: (_size, { image, plain }) => image.set(plain),
  imageToRows: ({ planes, channels, positions }, { image, rows }) =>
    transpose({ planes, channels: positions, positions: channels }, image, rows),
  rowsToImage: (size, { image, rows }) => transpose(size, rows, image),
};

/** to[plane, c, p] = from[plane, p, c]. */
function transpose({ planes, channels, positions }: ImageSize, from: Float64Array, to: Float64Array): void {
  for (let at = 0; at < planes * channels * positions; at++) {
    const plane = Math.floor(at / (channels * positions));
    const [p, c] = [Math.floor(at / channels) % positions, at % channels];
    to[(plane * channels + c) * positions + p] = from[at]!;
  }
}
