/** Fully connected layers with delays: every bump, width and density, in one segment and in several. */
import type { ConvSize, DelayKernel, DelaySize } from "../../src/engine/backend/index.ts";
import { type Bench, type Case, ROUNDED } from "./bench.ts";
import { dyadic, normal, sparse, spikes, uniform } from "./inputs.ts";

/** What float32 may be off by, relative to the largest result: the products are summed over frequencies. */
const TOLERANCE = 2e-6;
/** Gradients of positions are differences of taps, which nearly cancel where bumps are wide. */
const POSITION_TOLERANCE = ROUNDED / 10;

const GAUSS_WIDE: DelayKernel = { shape: "gauss", sigma: 5.27, rounded: false };
const ONE_TAP: DelayKernel = { shape: "max", sigma: 1, rounded: true };

export function delayCases(): Case[] {
  return [
    ...kernels().flatMap((kernel) => training(sizeOf({ taps: 7 }), kernel)),
    ...sizes().flatMap((size) => training(size, GAUSS_WIDE)),
    ...[0, 0.02, 0.12, 0.6].flatMap((density) => evaluation(sizeOf({ taps: 9 }), density)),
    ...sizes().flatMap((size) => evaluation(size, 0.1)),
    ...patches(),
  ];
}

function kernels(): DelayKernel[] {
  const widths = [0.5, 1.5, 3.27, 12.27].map((sigma) => ({ shape: "gauss", sigma, rounded: false }) as const);
  const triangles = [1, 2.5, 9].map((sigma) => ({ shape: "max", sigma, rounded: false }) as const);
  return [...widths, ...triangles, ONE_TAP];
}

function sizeOf(changes: Partial<DelaySize>): DelaySize {
  const size = {
    steps: 18,
    batch: 3,
    inputs: 11,
    outputs: 13,
    taps: 5,
    kernelCount: 1,
    sharedPositions: false,
  };
  const { steps, taps } = { ...size, ...changes };
  return { outSteps: steps + (taps - 1) / 2, ...size, ...changes };
}

function sizes(): DelaySize[] {
  const channels = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33];
  return [
    ...channels.flatMap((n) => [sizeOf({ inputs: n }), sizeOf({ outputs: n })]),
    ...[1, 3, 9, 25].flatMap((taps) => [
      sizeOf({ taps, steps: 25 }),
      sizeOf({ taps, steps: taps, outSteps: taps }),
    ]),
    ...[5, 6, 7, 8, 9, 40, 101].map((steps) => sizeOf({ steps })),
    sizeOf({ kernelCount: 2 }),
    sizeOf({ sharedPositions: true }),
    sizeOf({ sharedPositions: true, kernelCount: 2, outputs: 9 }),
    // Several segments, the last one shorter.
    ...[130, 257, 401].map((steps) => sizeOf({ steps, taps: 3, batch: 2 })),
    // More than a block of rows, of columns and of depth in the products.
    sizeOf({ batch: 101, inputs: 5, outputs: 6, steps: 7 }),
    sizeOf({ inputs: 7, outputs: 140, steps: 7 }),
    sizeOf({ inputs: 270, outputs: 5, steps: 7 }),
  ];
}

function nameOf(size: DelaySize): string {
  const { steps, outSteps, batch, inputs, outputs, taps, kernelCount, sharedPositions } = size;
  const shape = `${steps} to ${outSteps} steps of ${batch} x ${inputs} -> ${outputs}, ${taps} taps`;
  return `${shape}, ${kernelCount} bump(s)${sharedPositions ? ", shared positions" : ""}`;
}

/** Weights, and positions from one end to the other, some of them beyond. */
function parameters(bench: Bench, size: DelaySize) {
  const { inputs, outputs, taps, kernelCount, sharedPositions } = size;
  const count = inputs * kernelCount;
  const reach = uniform((sharedPositions ? 1 : outputs) * count, 5).map((u) => (u - 0.5) * (taps + 1));
  return { weight: bench.in(normal(outputs * count, 4)), position: bench.in(reach) };
}

/** Forward pass and gradients; of the positions in a case of their own, with their own tolerance. */
function training(size: DelaySize, kernel: DelayKernel): Case[] {
  const name = `${kernel.rounded ? "rounded" : `${kernel.shape} ${kernel.sigma}`}, ${nameOf(size)}`;
  const sequence = (bench: Bench) => bench.in(sparse(size.steps * size.batch * size.inputs, 0.4, 3));
  const run = (bench: Bench, wantsPositions: boolean): void => {
    const given = { ...parameters(bench, size), x: sequence(bench) };
    const { delay } = bench.backend;
    const length = size.outSteps * size.batch * size.outputs;
    const y = bench.out("y", length);
    const memory = delay.forward(size, { ...given, y }, { kernel, keep: true });
    const gy = bench.in(dyadic(length, 7));
    const weights = size.outputs * size.inputs * size.kernelCount;
    const wanted = wantsPositions
      ? { gPosition: bench.out("gPosition", size.sharedPositions ? weights / size.outputs : weights) }
      : { gx: bench.out("gx", given.x.length), gWeight: bench.out("gWeight", weights) };
    delay.backward(size, { ...given, gy, ...wanted }, { kernel, memory });
  };
  const products = { name, tolerance: TOLERANCE, run: (bench: Bench) => run(bench, false) };
  if (kernel.rounded || size.taps === 1) return [products];
  const positions = {
    name: `positions, ${name}`,
    tolerance: POSITION_TOLERANCE,
    run: (bench: Bench) => run(bench, true),
  };
  return [products, positions];
}

/** Forward pass that no backward pass follows, with delays of whole steps. */
function evaluation(size: DelaySize, density: number): Case[] {
  const length = size.steps * size.batch * size.inputs;
  const inputs = { spikes: spikes(length, density, 3), sparse: sparse(length, density, 3) };
  return Object.entries(inputs).map(([kind, x]) => ({
    name: `evaluation, ${kind} ${density * 100} %, ${nameOf(size)}`,
    tolerance: TOLERANCE,
    run: (bench: Bench) => {
      const y = bench.out("y", size.outSteps * size.batch * size.outputs);
      const buffers = { ...parameters(bench, size), x: bench.in(x), y };
      bench.backend.delay.forward(size, buffers, { kernel: ONE_TAP, keep: false });
    },
  }));
}

/** Patches of images, with overlap, gaps and padding, and rows as images. */
function patches(): Case[] {
  const geometries = [
    { stride: 1, padding: 1, kernel: [3, 3] },
    { stride: 2, padding: 0, kernel: [2, 3] },
    { stride: 3, padding: 2, kernel: [1, 1] },
  ] as const;
  return geometries.flatMap(({ stride, padding, kernel: [kernelHeight, kernelWidth] }) =>
    [1, 3, 8].map((inChannels) => {
      const [inHeight, inWidth] = [7, 6];
      const outHeight = Math.floor((inHeight + 2 * padding - kernelHeight) / stride) + 1;
      const outWidth = Math.floor((inWidth + 2 * padding - kernelWidth) / stride) + 1;
      const size = {
        ...{ planes: 5, inChannels, inHeight, inWidth, outChannels: 4, outHeight, outWidth },
        ...{ kernelHeight, kernelWidth, stride, padding, groups: 1 },
      };
      const shape = `${kernelHeight} x ${kernelWidth} of ${inChannels} channels, stride ${stride}`;
      return { name: `patches, ${shape}`, tolerance: 0, run: (bench: Bench) => movePatches(bench, size) };
    }),
  );
}

function movePatches(bench: Bench, size: ConvSize): void {
  const { delay, layout } = bench.backend;
  const image = { planes: size.planes, channels: size.inChannels, positions: size.inHeight * size.inWidth };
  const pixels = image.planes * image.channels * image.positions;
  const patch = size.inChannels * size.kernelHeight * size.kernelWidth;
  const values = size.planes * size.outHeight * size.outWidth * patch;
  delay.patches(size, { x: bench.in(dyadic(pixels, 3), image), rows: bench.out("patches", values) });
  delay.patchesBackward(size, { gRows: bench.in(dyadic(values, 4)), gx: bench.out("gx", pixels, image) });
  layout.rowsToImage(image, { rows: bench.in(dyadic(pixels, 5)), image: bench.out("image", pixels, image) });
  layout.imageToRows(image, { image: bench.in(dyadic(pixels, 6), image), rows: bench.out("rows", pixels) });
}
