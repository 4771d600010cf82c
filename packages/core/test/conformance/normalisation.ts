import type { ImageSize } from "../../src/engine/backend/index.ts";
import { type Bench, type Case, ROUNDED } from "./bench.ts";
import { dyadic, normal, SWEEP, uniform, withValue } from "./inputs.ts";

/** Batch normalisation: statistics, forward pass, gradients in both modes. */
export function normalisationCases(): Case[] {
  return [...sizes().flatMap(batchNorm), ...exactMean(), ...updates(), ...notANumber()];
}

function sizes(): ImageSize[] {
  return [
    ...SWEEP.map((channels) => ({ planes: 6, channels, positions: 1 })),
    ...SWEEP.map((channels) => ({ planes: 3, channels, positions: 5 })),
    ...SWEEP.map((planes) => ({ planes, channels: 5, positions: 4 })),
    { planes: 64, channels: 130, positions: 1 },
    { planes: 20, channels: 16, positions: 100 },
  ];
}

function batchNorm(size: ImageSize): Case[] {
  const name = `[${size.planes}, ${size.channels}, ${size.positions}]`;
  const x = normal(lengthOf(size)).map((value) => 2 * value + 3);
  return [
    { name: `batchStatistics ${name}`, tolerance: ROUNDED, run: (bench) => statistics(bench, size, x) },
    { name: `normalise ${name}`, tolerance: ROUNDED, run: (bench) => normalise(bench, size, x) },
    {
      name: `normaliseBackward ${name}, batch`,
      tolerance: ROUNDED,
      run: (bench) => backward(bench, size, x, true),
    },
    {
      name: `normaliseBackward ${name}, running`,
      tolerance: ROUNDED,
      run: (bench) => backward(bench, size, x, false),
    },
  ];
}

function statistics(bench: Bench, size: ImageSize, x: Float32Array): void {
  const { channels } = size;
  const input = bench.in(x, size);
  const [mean, variance] = [bench.out("mean", channels), bench.out("variance", channels)];
  bench.backend.batchNorm.statistics(size, { x: input, mean, variance });
}

function normalise(bench: Bench, size: ImageSize, x: Float32Array): void {
  const given = channelInputs(bench, size);
  const bias = bench.in(normal(size.channels, 5));
  const y = bench.out("y", x.length, size);
  bench.backend.batchNorm.forward(size, { x: bench.in(x, size), ...given, bias, y }, 1e-5);
}

function backward(bench: Bench, size: ImageSize, x: Float32Array, batch: boolean): void {
  const channels = channelInputs(bench, size);
  const gy = bench.in(normal(x.length, 6), size);
  const wanted = {
    gx: bench.out("gx", x.length, size),
    gWeight: bench.out("gWeight", size.channels),
    gBias: bench.out("gBias", size.channels),
  };
  const given = { x: bench.in(x, size), ...channels, gy };
  bench.backend.batchNorm.backward(size, { ...given, ...wanted }, { eps: 1e-5, batch });
}

/** Mean, variance and weight; any will do, as the formulas hold for all. */
function channelInputs(bench: Bench, { channels }: ImageSize) {
  const mean = bench.in(normal(channels, 2));
  const variance = bench.in(uniform(channels, 3).map((value) => value + 0.5));
  return { mean, variance, weight: bench.in(normal(channels, 4)) };
}

/** The mean of a power of two of dyadic numbers is exact. */
function exactMean(): Case[] {
  const size = { planes: 8, channels: 9, positions: 16 };
  const run = (bench: Bench) => {
    const variance = bench.backend.memory.allocate(size.channels, "step");
    const x = bench.in(dyadic(lengthOf(size)), size);
    bench.backend.batchNorm.statistics(size, { x, mean: bench.out("mean", 9), variance });
  };
  return [{ name: "batchStatistics: mean of dyadic numbers", tolerance: 0, run }];
}

function updates(): Case[] {
  return SWEEP.map((n) => ({
    name: `updateRunning of ${n}`,
    tolerance: 1e-6,
    run: (bench: Bench) => {
      const [running, value] = [bench.inOut("running", normal(n, 1)), bench.in(normal(n, 2))];
      bench.backend.batchNorm.updateRunning(n, { running, value }, { momentum: 0.1, factor: 1.25 });
    },
  }));
}

function notANumber(): Case[] {
  const size = { planes: 4, channels: 6, positions: 3 };
  const x = withValue(normal(lengthOf(size)), 22, NaN);
  return [
    { name: "batchStatistics with NaN", tolerance: ROUNDED, run: (bench) => statistics(bench, size, x) },
    { name: "normalise with NaN", tolerance: ROUNDED, run: (bench) => normalise(bench, size, x) },
  ];
}

function lengthOf({ planes, channels, positions }: ImageSize): number {
  return planes * channels * positions;
}
