import {
  type ConvSize,
  numbersIn,
  type SparsePattern,
  type Storage,
} from "../../src/engine/backend/index.ts";
import { Random } from "../../src/engine/random.ts";
import type { Bench, Case } from "./bench.ts";
import { dyadic, sparse, spikes } from "./inputs.ts";

/**
 * Sparse weights: every operation against the masked dense one, which is what the reference computes. Inputs are
 * dyadic, so all results are exact.
 */
export function sparseCases(): Case[] {
  const linears = LINEAR.flatMap((size) => PATTERNS.map((places) => [size, places] as const));
  const convolutions = CONVOLUTIONS.flatMap((size) => CONV_PATTERNS.map((places) => [size, places] as const));
  return [...linears, ...convolutions].flatMap(([size, places]) => casesOf(size, places));
}

/** How places are chosen, by name. */
type Choice = readonly [name: string, block: number, keep: (row: number, column: number) => boolean];

const LINEAR: readonly ConvSize[] = [
  linear(1, 1, 1),
  linear(3, 5, 8),
  linear(33, 18, 16),
  linear(40, 67, 24),
  linear(99, 35, 40),
];

const CONVOLUTIONS: readonly ConvSize[] = [
  convolution(2, 3, 5, 8, 3, 1, 1),
  convolution(3, 5, 7, 16, 3, 2, 0),
  convolution(2, 4, 6, 8, 2, 3, 2),
  { ...convolution(2, 6, 5, 8, 3, 1, 1), groups: 2 },
];

const PATTERNS: readonly Choice[] = [
  ["one number", 1, (row, column) => row === 0 && column === 0],
  ["all numbers", 1, () => true],
  ["two rows", 1, (row) => row % 7 === 1],
  ["two columns", 1, (_, column) => column % 9 === 2],
  ["half", 1, random(0.5)],
  ["a tenth", 1, random(0.1)],
  ["blocks of 4, a fifth", 4, random(0.2)],
  ["blocks of 8, a fifth", 8, random(0.2)],
];

const CONV_PATTERNS: readonly Choice[] = [PATTERNS[0]!, PATTERNS[4]!, PATTERNS[5]!, PATTERNS[6]!];

function linear(rows: number, inputs: number, outputs: number): ConvSize {
  return { ...convolution(rows, inputs, 1, outputs, 1, 1, 0) };
}

function convolution(
  planes: number,
  inChannels: number,
  side: number,
  outChannels: number,
  kernel: number,
  stride: number,
  padding: number,
): ConvSize {
  const out = Math.floor((side + 2 * padding - kernel) / stride) + 1;
  return {
    ...{ planes, inChannels, outChannels, stride, padding, groups: 1 },
    ...{ inHeight: side, inWidth: side, outHeight: out, outWidth: out },
    ...{ kernelHeight: kernel, kernelWidth: kernel },
  };
}

function random(density: number): Choice[2] {
  const generator = new Random(11);
  return () => generator.uniform() < density;
}

function patternOf(size: ConvSize, [, block, keep]: Choice): SparsePattern | undefined {
  const outputs = size.outChannels;
  if (outputs % block !== 0) return undefined;
  const columns = (size.inChannels / size.groups) * size.kernelHeight * size.kernelWidth;
  const all = Array.from({ length: (outputs / block) * columns }, (_, i) => i);
  const places = all.filter((i) => keep(Math.floor(i / columns), i % columns));
  return { outputs, columns, block, places: Int32Array.from(places) };
}

function casesOf(size: ConvSize, choice: Choice): Case[] {
  const pattern = patternOf(size, choice);
  if (!pattern) return [];
  const length = size.planes * size.inChannels * size.inHeight * size.inWidth;
  const inputs = [
    ["dense", dyadic(length, 3)],
    ["spikes", spikes(length, 0.05, 4)],
    ["values", sparse(length, 0.05, 5)],
    ["silence", new Float32Array(length)],
  ] as const;
  const { planes, inChannels, inHeight, outChannels, kernelHeight } = size;
  const shape = `${planes} x ${inChannels} x ${inHeight} -> ${outChannels}, kernel ${kernelHeight}`;
  return inputs.map(([kind, x]) => ({
    name: `sparse ${shape}, groups ${size.groups}, ${choice[0]}, ${kind}`,
    tolerance: 0,
    run: (bench: Bench) => compute(bench, size, pattern, x),
  }));
}

function compute(bench: Bench, size: ConvSize, pattern: SparsePattern, data: Float32Array): void {
  const { sparse: products } = bench.backend;
  const inputs = image(size.planes, size.inChannels, size.inHeight * size.inWidth);
  const outputs = image(size.planes, size.outChannels, size.outHeight * size.outWidth);
  const [inLength, outLength] = [inputs, outputs].map(lengthOf) as [number, number];
  const count = numbersIn(pattern);
  const dense = pattern.outputs * pattern.columns;
  const values = bench.in(dyadic(count, 6));
  const x = bench.in(data, inputs);
  const gy = bench.in(dyadic(outLength, 7), outputs);
  const bias = bench.in(dyadic(size.outChannels, 8));
  products.forward(size, { x, values, bias, y: bench.out("y", outLength, outputs) }, pattern);
  products.forward(size, { x, values, y: bench.out("y without bias", outLength, outputs) }, pattern);
  products.usefulInputGradient(size, { gy, values, x, gx: bench.out("gx", inLength, inputs) }, pattern);
  products.weightGradient(size, { gy, x, gValues: bench.out("gValues", count) }, pattern);
  products.expand(pattern, { values, dense: bench.out("dense", dense) });
  products.compress(pattern, { dense: bench.in(dyadic(dense, 9)), values: bench.out("values", count) });
  denseGradient(bench, size, pattern, { gy, x });
}

function denseGradient(
  bench: Bench,
  size: ConvSize,
  { outputs, columns }: SparsePattern,
  given: { readonly gy: Storage; readonly x: Storage },
): void {
  const first = size.groups === 1 ? Math.floor(outputs / 3) : 0;
  const count = outputs - first;
  const out = bench.out("dense gradient", count * columns);
  bench.backend.sparse.denseGradient(size, { ...given, gWeight: out }, { first, count });
}

function image(planes: number, channels: number, positions: number) {
  return { planes, channels, positions };
}

function lengthOf({ planes, channels, positions }: ReturnType<typeof image>): number {
  return planes * channels * positions;
}
