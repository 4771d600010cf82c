/** Windows with sizes for each axis, on layers that have one stride and one padding for both. */
import { tensor, type Tensor } from "@myelin/core";
import { sizeOf, sparseLinear } from "@myelin/core/ops";
import type { SparsePattern } from "@myelin/core/sparse";
import { asShape } from "./samples.ts";
import { type PlacedNode, refuseNode, shapeText } from "./values.ts";

export type Pair = readonly [height: number, width: number];

/** Zeros before and behind each axis. */
export interface Padding {
  readonly before: Pair;
  readonly behind: Pair;
}

export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Padding;
}

/** The two numbers of a list. */
export function pair(values: readonly number[]): Pair {
  return [values[0]!, values[1]!];
}

/** A number for each axis. */
export function bothAxes(value: (axis: 0 | 1) => number): Pair {
  return [value(0), value(1)];
}

/**
 * Rows and columns that come out.
 *
 * @throws FormatError where the window is larger than the padded image
 */
export function outSizes(
  placed: PlacedNode,
  { kernel, stride, dilation, padding }: Window,
  image: readonly number[],
): Pair {
  const sizes = bothAxes((axis) => {
    const room = image[axis + 1]! + padding.before[axis] + padding.behind[axis];
    return Math.floor((room - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  });
  if (sizes.some((size) => size < 1)) {
    refuseNode(placed, `an input as large as the window ${shapeText(kernel)}`, shapeText(image));
  }
  return sizes;
}

/** One stride and one padding for both axes, and a kernel with zeros that makes up for the difference. */
export interface Square {
  readonly stride: number;
  readonly padding: number;
  readonly kernel: Pair;
  /** Where weight (i, j) stands in that kernel. */
  readonly at: (i: number, j: number) => number;
}

/** The kernel that gives the same with one stride and one padding. */
export function squareOf({ kernel, stride, dilation, padding }: Window): Square {
  const most = Math.max(...padding.before, ...padding.behind);
  const size = bothAxes(
    (axis) =>
      2 * most - padding.before[axis] - padding.behind[axis] + dilation[axis] * (kernel[axis] - 1) + 1,
  );
  const [top, left] = bothAxes((axis) => most - padding.before[axis]);
  const at = (i: number, j: number): number => (top + dilation[0] * i) * size[1] + left + dilation[1] * j;
  return { stride: commonDivisor(...stride), padding: most, kernel: size, at };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Takes the rows and columns that strides of their own for each axis leave. */
export function picker({ stride }: Window, output: readonly number[]): (y: Tensor) => Tensor {
  const common = commonDivisor(...stride);
  const [down, across] = [stride[0] / common, stride[1] / common];
  if (down === 1 && across === 1) return (y) => y;
  return (y) => pickPositions(y, output, down, across);
}

function pickPositions(y: Tensor, output: readonly number[], down: number, across: number): Tensor {
  const [channels = 0, height = 0, width = 0] = y.shape.slice(2);
  const size = channels * height * width;
  const places = Int32Array.from({ length: sizeOf(output) }, (_, n) => {
    const [, rows = 0, columns = 0] = output;
    const [channel, i, j] = [Math.floor(n / (rows * columns)), Math.floor(n / columns) % rows, n % columns];
    return n * size + (channel * height + i * down) * width + j * across;
  });
  const pattern: SparsePattern = { outputs: places.length, columns: size, block: 1, places };
  const ones = tensor(new Float32Array(places.length).fill(1), [places.length]);
  return asShape(sparseLinear(asShape(y, [size], "stride"), ones, pattern), output, "stride");
}

/** More weights than this, with the zeros between them, are not made. */
const MOST_WEIGHTS = 2 ** 26;

/** @throws FormatError for kernels that would take all memory with their zeros */
export function requireModest(placed: PlacedNode, window: Window, planes: number): void {
  const { kernel } = squareOf(window);
  if (planes * sizeOf(kernel) <= MOST_WEIGHTS) return;
  const got = `kernels of ${kernel.join(" x ")} with their zeros`;
  refuseNode(placed, "less dilation, or more equal padding", got, undefined, "not supported");
}
