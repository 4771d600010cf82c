/**
 * What the self-test of 256-bit kernels runs: every group with hot kernels, small, along each of its paths.
 * Inputs are spikes at densities that take lists of events and quads, and real numbers that take dense products.
 * Only at the start, where wide kernels are asked for; checked by packages/core/test/wide.test.ts.
 */
import type { GroupName } from "../../../backend/index.ts";

/** Operations of a group on one size, each with what else it is told, which may depend on what the last one returned. */
export interface Trial {
  readonly group: GroupName;
  readonly size: unknown;
  readonly operations: Readonly<Record<string, unknown>>;
}

const window = { inHeight: 12, inWidth: 12, kernelHeight: 3, kernelWidth: 3 };
const same = { ...window, outHeight: 12, outWidth: 12, stride: 1, padding: 1 };
const halved = {
  ...window,
  kernelHeight: 2,
  kernelWidth: 2,
  outHeight: 6,
  outWidth: 6,
  stride: 2,
  padding: 0,
};
const conv = { ...same, planes: 6, outChannels: 24, groups: 1 };
const pool = { ...halved, planes: 6, channels: 20 };
const images = { planes: 6, channels: 20, positions: 144 };
const pattern = {
  outputs: 24,
  columns: 72,
  block: 1,
  places: Int32Array.from({ length: 24 * 18 }, (_, i) => 4 * i),
};
const gauss = { shape: "gauss", sigma: 1.5, rounded: false } as const;
const delay = { steps: 20, outSteps: 24, batch: 5, inputs: 24, outputs: 20, taps: 9, kernelCount: 1 };
const COUNT = 1003;

const sgd = { lr: 0.1, momentum: 0.9, dampening: 0, nesterov: true, weightDecay: 0.01, firstStep: false };
const adam = { lr: 0.1, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01, decoupled: true, step: 3 };

/** One trial per group and size. */
export const TRIALS: readonly Trial[] = [
  ...[
    { rows: 96, inputs: 128, outputs: 72 },
    { rows: 53, inputs: 67, outputs: 21 },
  ].map((size) => trial("linear", size, ["forward", "usefulInputGradient", "weightGradient"])),
  ...[2, 16].map((inChannels) =>
    trial("conv", { ...conv, inChannels }, ["forward", "usefulInputGradient", "weightGradient"]),
  ),
  trial("pool", pool, ["averageForward", "averageBackward", "maxForward", "maxBackward"]),
  {
    group: "batchNorm",
    size: images,
    operations: { statistics: undefined, forward: 1e-5, backward: { eps: 1e-5, batch: true } },
  },
  trial("layout", images, ["imageToPlain", "plainToImage"]),
  trial("elementwise", COUNT, ["add", "multiply", "exp", "tanh", "relu", "reluBackward", "isNonZero"]),
  { group: "elementwise", size: COUNT, operations: { fill: 0.5, scale: 0.3, shift: 0.7 } },
  { group: "optimiser", size: COUNT, operations: { sgd, adam } },
  {
    group: "time",
    size: { steps: 9, size: 83 },
    operations: { repeat: undefined, sum: 0.1, max: undefined },
  },
  { group: "loss", size: { rows: 40, classes: 10 }, operations: { softmax: undefined, crossEntropy: 0.1 } },
  { group: "loss", size: COUNT, operations: { meanSquaredError: undefined } },
  {
    group: "sparse",
    size: { ...conv, inChannels: 8 },
    operations: { forward: pattern, usefulInputGradient: pattern, weightGradient: pattern },
  },
  {
    group: "delay",
    size: { ...delay, sharedPositions: false },
    operations: {
      forward: { kernel: gauss, keep: true },
      backward: (memory: unknown) => ({ kernel: gauss, memory }),
    },
  },
  trial("attention", { steps: 4, batch: 3, channels: 12, positions: 36 }, ["planeStatistics", "gatePlanes"]),
];

function trial(group: GroupName, size: unknown, operations: readonly string[]): Trial {
  return { group, size, operations: Object.fromEntries(operations.map((name) => [name, undefined])) };
}
