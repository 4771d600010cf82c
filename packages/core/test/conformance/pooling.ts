import type { PoolSize } from "../../src/engine/backend/index.ts";
import type { Bench, Case } from "./bench.ts";
import { dyadic, SHORT_SWEEP, withValue } from "./inputs.ts";

/** Pooling; averages over a power of two are exact. */
export function poolingCases(): Case[] {
  return [...sizes().flatMap(pooling), ...ties(), ...notANumber()];
}

function poolSize(given: Partial<PoolSize>): PoolSize {
  const size = { planes: 3, channels: 5, inHeight: 8, inWidth: 6, ...given };
  const { kernelHeight = 2, kernelWidth = 2, stride = 2, padding = 0 } = given;
  const along = (n: number, kernel: number) => Math.floor((n + 2 * padding - kernel) / stride) + 1;
  return {
    ...size,
    outHeight: along(size.inHeight, kernelHeight),
    outWidth: along(size.inWidth, kernelWidth),
    ...{ kernelHeight, kernelWidth, stride, padding },
  };
}

function sizes(): PoolSize[] {
  return [
    ...SHORT_SWEEP.map((channels) => poolSize({ channels })),
    ...SHORT_SWEEP.map((n) => poolSize({ inHeight: n + 1, inWidth: n + 2 })),
    poolSize({ kernelHeight: 3, kernelWidth: 3, stride: 1, padding: 1 }),
    poolSize({ kernelHeight: 3, kernelWidth: 3, stride: 2, padding: 1 }),
    poolSize({ kernelHeight: 3, kernelWidth: 1, stride: 1 }),
    poolSize({ kernelHeight: 2, kernelWidth: 2, stride: 3 }),
    poolSize({ kernelHeight: 8, kernelWidth: 6, stride: 1 }),
    poolSize({ planes: 40, channels: 32, inHeight: 16, inWidth: 16 }),
  ];
}

function pooling(size: PoolSize): Case[] {
  const area = size.kernelHeight * size.kernelWidth;
  const name = describeSize(size);
  const exactMean = Number.isInteger(Math.log2(area));
  const x = dyadic(inputOf(size).length, 3);
  return [
    {
      name: `averagePool ${name}`,
      tolerance: exactMean ? 0 : 1e-6,
      run: (bench) => averagePool(bench, size, x),
    },
    { name: `maxPool ${name}`, tolerance: 0, run: (bench) => maxPool(bench, size, x) },
  ];
}

function averagePool(bench: Bench, size: PoolSize, x: Float32Array): void {
  const { backend } = bench;
  const [from, to] = [inputOf(size), outputOf(size)];
  backend.pool.averageForward(size, { x: bench.in(x, from.image), y: bench.out("y", to.length, to.image) });
  const gy = bench.in(dyadic(to.length, 7), to.image);
  backend.pool.averageBackward(size, { gy, gx: bench.out("gx", from.length, from.image) });
}

/** The backward pass gets the winners that the same backend's forward pass has left. */
function maxPool(bench: Bench, size: PoolSize, x: Float32Array): void {
  const { backend } = bench;
  const [from, to] = [inputOf(size), outputOf(size)];
  const winner = bench.out("winner", to.length, to.image);
  const y = bench.out("y", to.length, to.image);
  backend.pool.maxForward(size, { x: bench.in(x, from.image), y, winner });
  const gy = bench.in(dyadic(to.length, 7), to.image);
  backend.pool.maxBackward(size, { gy, winner, gx: bench.out("gx", from.length, from.image) });
}

/** Where all values are the same, or spikes, the first one of a window wins. */
function ties(): Case[] {
  const size = poolSize({ kernelHeight: 3, kernelWidth: 3, stride: 2, padding: 1 });
  const { length } = inputOf(size);
  const spikes = dyadic(length, 4).map((value) => (value > 0.6 ? 1 : 0));
  const filled = (value: number) => new Float32Array(length).fill(value);
  return [
    { name: "maxPool of spikes", tolerance: 0, run: (bench) => maxPool(bench, size, spikes) },
    {
      name: "maxPool of equal negative values",
      tolerance: 0,
      run: (bench) => maxPool(bench, size, filled(-2)),
    },
    {
      name: "maxPool of negative infinities",
      tolerance: 0,
      run: (bench) => maxPool(bench, size, filled(-Infinity)),
    },
  ];
}

/** NaN makes every window it is in NaN. */
function notANumber(): Case[] {
  const size = poolSize({ kernelHeight: 3, kernelWidth: 3, stride: 1, padding: 1 });
  const x = withValue(dyadic(inputOf(size).length, 3), 20, NaN);
  return [
    { name: "averagePool with NaN", tolerance: 1e-6, run: (bench) => averagePool(bench, size, x) },
    { name: "maxPool with NaN", tolerance: 0, run: (bench) => maxPoolForward(bench, size, x) },
  ];
}

/** Only the values: which of several NaN wins is left open. */
function maxPoolForward(bench: Bench, size: PoolSize, x: Float32Array): void {
  const [from, to] = [inputOf(size), outputOf(size)];
  const winner = bench.backend.memory.allocate(to.length, "step");
  const y = bench.out("y", to.length, to.image);
  bench.backend.pool.maxForward(size, { x: bench.in(x, from.image), y, winner });
}

function inputOf({ planes, channels, inHeight, inWidth }: PoolSize) {
  const image = { planes, channels, positions: inHeight * inWidth };
  return { image, length: planes * channels * inHeight * inWidth };
}

function outputOf({ planes, channels, outHeight, outWidth }: PoolSize) {
  const image = { planes, channels, positions: outHeight * outWidth };
  return { image, length: planes * channels * outHeight * outWidth };
}

function describeSize(size: PoolSize): string {
  const from = `${size.planes}x${size.channels}x${size.inHeight}x${size.inWidth}`;
  return `${from}, kernel ${size.kernelHeight}x${size.kernelWidth}, stride ${size.stride}, padding ${size.padding}`;
}
