/**
 * Sparse weights on panels: 32 rows (samples and steps, or pixels) stand side by side, and a weight is one multiplied
 * addition of 32 values.
 * Where inputs are too active for events and weights too sparse for dense products.
 * Measured in bench/LAB.md, Sparse weights.
 */
import type { ConvSize, Storage } from "../../../backend/index.ts";
import type { Address } from "../runtime/address.ts";
import { type Runtime, SCRATCH_BYTES } from "../runtime/runtime.ts";
import type { WasmStorage } from "../runtime/storage.ts";
import { sumPartials, UNITS } from "./partials.ts";
import type { SparseIndex } from "./pattern-index.ts";

/** Rows of a panel. */
const ROWS = 32;
/** What a kernel keeps in its scratch memory beside a panel: a tile of sums and addresses. */
const BESIDE = 4 * ROWS * 16 + 4 * ROWS;

/** `y = bias + patches of x times weights`. */
export function panelForward(
  runtime: Runtime,
  size: ConvSize,
  { byOutput: { starts, index } }: SparseIndex,
  {
    x,
    values,
    bias,
    y,
  }: { readonly x: Storage; readonly values: Storage; readonly bias: Address; readonly y: Storage },
): void {
  const window = { ...size, channels: size.inChannels };
  const sizes = {
    M: size.planes * size.outHeight * size.outWidth,
    N: size.outChannels,
    depth: depthOf(size),
  };
  const { channels } = window;
  withPanels(runtime, Math.ceil(sizes.M / ROWS), sizes.depth, channels, (zeros, shared) => {
    runtime.run("sparseProduct", Math.ceil(sizes.M / ROWS), 1, {
      window,
      backwards: false,
      x,
      zeros,
      starts,
      every: 1,
      index,
      values,
      bias,
      y,
      ...sizes,
      shared,
    });
  });
}

/** `gx = contributions of gy times weights`. */
export function panelInputGradient(
  runtime: Runtime,
  size: ConvSize,
  { byColumn: { starts, index } }: SparseIndex,
  { gy, values, gx }: { readonly gy: Storage; readonly values: Storage; readonly gx: Storage },
): void {
  const window = { ...size, channels: size.outChannels };
  const every = size.kernelHeight * size.kernelWidth;
  const sizes = {
    M: size.planes * size.inHeight * size.inWidth,
    N: size.inChannels,
    depth: size.outChannels * every,
  };
  withPanels(runtime, Math.ceil(sizes.M / ROWS), sizes.depth, size.outChannels, (zeros, shared) => {
    runtime.run("sparseProduct", Math.ceil(sizes.M / ROWS), 1, {
      window,
      backwards: true,
      x: gy,
      zeros,
      starts,
      every,
      index,
      values,
      bias: undefined,
      y: gx,
      ...sizes,
      shared,
    });
  });
}

/** The gradient of every weight: partial sums of a few units, added up in order. */
export function panelWeightGradient(
  runtime: Runtime,
  size: ConvSize,
  { byOutput: { starts, index }, count }: SparseIndex,
  { gy, x, gValues }: { readonly gy: Storage; readonly x: Storage; readonly gValues: Storage },
): void {
  const { inChannels, outChannels: N } = size;
  const M = size.planes * size.outHeight * size.outWidth;
  const depth = depthOf(size);
  const panels = Math.ceil(Math.ceil(M / ROWS) / UNITS);
  const units = Math.ceil(M / (ROWS * panels));
  const window = { ...size, channels: inChannels };
  runtime.scratch(units * count, (partials) => {
    withPanels(runtime, units, depth + N, Math.max(inChannels, N), (zeros, shared) => {
      runtime.run("sparseGradient", units, 1, {
        window,
        straight: straight(size),
        x,
        gy,
        zeros,
        starts,
        index,
        partials,
        M,
        N,
        depth,
        count,
        panels,
        shared,
      });
    });
    sumPartials(runtime, { partials, units, count, slots: undefined, out: gValues });
  });
}

/** Output pixels that look at themselves. */
function straight({ outChannels: channels, outHeight: height, outWidth: width }: ConvSize): {
  readonly [
    N in
      | "inHeight"
      | "inWidth"
      | "outHeight"
      | "outWidth"
      | "kernelHeight"
      | "kernelWidth"
      | "stride"
      | "padding"
      | "channels"
  ]: number;
} {
  const images = { inHeight: height, inWidth: width, outHeight: height, outWidth: width, channels };
  return { ...images, kernelHeight: 1, kernelWidth: 1, stride: 1, padding: 0 };
}

/** Values that an output pixel looks at. */
function depthOf({ inChannels, kernelHeight, kernelWidth }: ConvSize): number {
  return inChannels * kernelHeight * kernelWidth;
}

/** Zeros for `channels`, and room for `count` panels if one is too deep for the scratch memory, for the time of `work`. */
function withPanels(
  runtime: Runtime,
  count: number,
  depth: number,
  channels: number,
  work: (zeros: WasmStorage, shared: WasmStorage | undefined) => void,
): void {
  runtime.scratch(channels, (zeros) => {
    runtime.values(zeros).fill(0);
    if (BESIDE + 4 * ROWS * depth <= SCRATCH_BYTES) work(zeros, undefined);
    else runtime.scratch(count * ROWS * depth, (panels) => work(zeros, panels));
  });
}
