import { describe, test } from "vitest";
import { batchNorm } from "../../src/engine/backends/reference/batch-norm.ts";
import { conv } from "../../src/engine/backends/reference/conv.ts";
import { linear } from "../../src/engine/backends/reference/linear.ts";
import { loss as losses } from "../../src/engine/backends/reference/loss.ts";
import { pool } from "../../src/engine/backends/reference/pool.ts";
import { reduce } from "../../src/engine/backends/reference/reduce.ts";
import { time } from "../../src/engine/backends/reference/time.ts";
import { type Differentiable, expectRightGradients, normal, zeros } from "./finite-differences.ts";

/** Calls a function that fills an array, and returns the array. */
function filled(length: number, fill: (out: Float64Array) => void): Float64Array {
  const out = zeros(length);
  fill(out);
  return out;
}

function linearLayer(): Differentiable {
  const size = { rows: 5, inputs: 4, outputs: 3 };
  const image = { planes: 5, channels: 3, positions: 1 };
  return {
    inputs: { x: normal(20, 1), weight: normal(12, 2), bias: normal(3, 3) },
    forward: ({ x, weight, bias }) => ({
      y: filled(15, (y) => linear.forward(size, { x: x!, weight: weight!, bias, y })),
    }),
    backward: ({ x, weight }, { y: gy }) => ({
      x: filled(20, (gx) => linear.usefulInputGradient(size, { gy: gy!, weight: weight!, x: x!, gx })),
      weight: filled(12, (gWeight) => linear.weightGradient(size, { gy: gy!, x: x!, gWeight })),
      bias: filled(3, (gBias) => reduce.sumPerChannel(image, { x: gy!, out: gBias })),
    }),
  };
}

function convolution(stride: number, padding: number, groups: number): Differentiable {
  const along = (n: number) => Math.floor((n + 2 * padding - 3) / stride) + 1;
  const [outHeight, outWidth] = [along(7), along(6)];
  const size = {
    ...{ planes: 2, inChannels: 4, inHeight: 7, inWidth: 6, outChannels: 6, outHeight, outWidth },
    ...{ kernelHeight: 3, kernelWidth: 3, stride, padding, groups },
  };
  const image = { planes: 2, channels: 6, positions: outHeight * outWidth };
  const length = 12 * image.positions;
  const [xLength, weightLength] = [2 * 4 * 42, (6 * 4 * 9) / groups];
  return {
    inputs: { x: normal(xLength, 1), weight: normal(weightLength, 2), bias: normal(6, 3) },
    forward: ({ x, weight, bias }) => ({
      y: filled(length, (y) => conv.forward(size, { x: x!, weight: weight!, bias, y })),
    }),
    backward: ({ x, weight }, { y: gy }) => ({
      x: filled(xLength, (gx) => conv.usefulInputGradient(size, { gy: gy!, weight: weight!, x: x!, gx })),
      weight: filled(weightLength, (gWeight) => conv.weightGradient(size, { gy: gy!, x: x!, gWeight })),
      bias: filled(6, (gBias) => reduce.sumPerChannel(image, { x: gy!, out: gBias })),
    }),
  };
}

const POOL = {
  ...{ planes: 2, channels: 3, inHeight: 7, inWidth: 6, outHeight: 4, outWidth: 3 },
  ...{ kernelHeight: 3, kernelWidth: 3, stride: 2, padding: 1 },
};

function averagePool(): Differentiable {
  return {
    inputs: { x: normal(252, 1) },
    forward: ({ x }) => ({ y: filled(72, (y) => pool.averageForward(POOL, { x: x!, y })) }),
    backward: (_, { y: gy }) => ({ x: filled(252, (gx) => pool.averageBackward(POOL, { gy: gy!, gx })) }),
  };
}

function maxPool(): Differentiable {
  return {
    inputs: { x: normal(252, 1) },
    forward: ({ x }) => ({ y: filled(72, (y) => pool.maxForward(POOL, { x: x!, y, winner: zeros(72) })) }),
    backward: ({ x }, { y: gy }) => {
      const winner = filled(72, (out) => pool.maxForward(POOL, { x: x!, y: zeros(72), winner: out }));
      return { x: filled(252, (gx) => pool.maxBackward(POOL, { gy: gy!, winner, gx })) };
    },
  };
}

/** With batch statistics, mean and variance follow x; otherwise they are constants. */
function batchNormalisation(batch: boolean): Differentiable {
  const size = { planes: 4, channels: 3, positions: 5 };
  const eps = 1e-3;
  const statistics = (x: Float64Array) => {
    const [mean, variance] = [normal(3, 8), Float64Array.of(0.5, 1, 2)];
    if (batch) batchNorm.statistics(size, { x, mean, variance });
    return { mean, variance };
  };
  return {
    inputs: { x: normal(60, 1), weight: normal(3, 2), bias: normal(3, 3) },
    forward: ({ x, weight, bias }) => ({
      y: filled(60, (y) =>
        batchNorm.forward(size, { x: x!, ...statistics(x!), weight: weight!, bias: bias!, y }, eps),
      ),
    }),
    backward: ({ x, weight }, { y: gy }) => {
      const [gx, gWeight, gBias] = [zeros(60), zeros(3), zeros(3)];
      const given = { x: x!, ...statistics(x!), weight: weight!, gy: gy! };
      batchNorm.backward(size, { ...given, gx, gWeight, gBias }, { eps, batch });
      return { x: gx, weight: gWeight, bias: gBias };
    },
  };
}

function softmax(): Differentiable {
  const size = { rows: 4, classes: 5 };
  return {
    inputs: { x: normal(20, 1) },
    forward: ({ x }) => ({ y: filled(20, (y) => losses.softmax(size, { x: x!, y })) }),
    backward: ({ x }, { y: gy }) => {
      const y = filled(20, (out) => losses.softmax(size, { x: x!, y: out }));
      return { x: filled(20, (gx) => losses.softmaxBackward(size, { y, gy: gy!, gx })) };
    },
  };
}

/** Six rows share three targets, as time steps share those of the samples: a label, a mixture, and more than one class. */
function crossEntropy(smoothing: number, rowWeights?: Float64Array): Differentiable {
  const run = (x: Float64Array, loss: Float64Array, gradient: Float64Array) => {
    const targets = Float64Array.of(0, 0, 1, 0, 0.25, 0.75, 0, 0, 0.1, 2, 0.3, 0.4);
    const buffers = { logits: x, targets, rowWeights, loss, gradient };
    losses.crossEntropy({ rows: 6, classes: 4 }, buffers, smoothing);
  };
  return {
    inputs: { x: normal(24, 1) },
    forward: ({ x }) => ({ loss: filled(1, (loss) => run(x!, loss, zeros(24))) }),
    backward: ({ x }, { loss: gLoss }) => ({
      x: filled(24, (gradient) => run(x!, zeros(1), gradient)).map((value) => value * gLoss![0]!),
    }),
  };
}

function meanSquaredError(rowWeights?: Float64Array): Differentiable {
  const target = normal(10, 2);
  const run = (x: Float64Array, loss: Float64Array, gradient: Float64Array) =>
    losses.meanSquaredError(10, { x, target, rowWeights, loss, gradient });
  return {
    inputs: { x: normal(10, 1) },
    forward: ({ x }) => ({
      loss: filled(1, (loss) => run(x!, loss, zeros(10))),
    }),
    backward: ({ x }, { loss: gLoss }) => ({
      x: filled(10, (gradient) => run(x!, zeros(1), gradient)).map((value) => value * gLoss![0]!),
    }),
  };
}

function groupMean(): Differentiable {
  const size = { rows: 2, groups: 4, size: 3 };
  return {
    inputs: { x: normal(24, 1) },
    forward: ({ x }) => ({ y: filled(8, (y) => losses.groupMean(size, { x: x!, y })) }),
    backward: (_, { y: gy }) => ({ x: filled(24, (gx) => losses.groupMeanBackward(size, { gy: gy!, gx })) }),
  };
}

const SEQUENCE = { steps: 5, size: 4 };

/** Repeating and summing are each other's backward pass. */
function repeatOverTime(): Differentiable {
  return {
    inputs: { x: normal(4, 1) },
    forward: ({ x }) => ({ y: filled(20, (y) => time.repeat(SEQUENCE, { x: x!, y })) }),
    backward: (_, { y: gy }) => ({ x: filled(4, (gx) => time.sum(SEQUENCE, { x: gy!, y: gx }, 1)) }),
  };
}

function meanOverTime(): Differentiable {
  return {
    inputs: { x: normal(20, 1) },
    forward: ({ x }) => ({ y: filled(4, (y) => time.sum(SEQUENCE, { x: x!, y }, 1 / 5)) }),
    backward: (_, { y: gy }) => ({
      x: filled(20, (gx) => time.repeat(SEQUENCE, { x: gy!, y: gx })).map((value) => value / 5),
    }),
  };
}

function maxOverTime(): Differentiable {
  return {
    inputs: { x: normal(20, 1) },
    forward: ({ x }) => ({ y: filled(4, (y) => time.max(SEQUENCE, { x: x!, y, winner: zeros(4) })) }),
    backward: ({ x }, { y: gy }) => {
      const winner = filled(4, (out) => time.max(SEQUENCE, { x: x!, y: zeros(4), winner: out }));
      return { x: filled(20, (gx) => time.maxBackward(SEQUENCE, { gy: gy!, winner, gx })) };
    },
  };
}

describe("the reference's gradients are those of its functions:", () => {
  const operations: Record<string, Differentiable> = {
    linear: linearLayer(),
    "conv2d, stride 1, padding 1": convolution(1, 1, 1),
    "conv2d, stride 2, no padding": convolution(2, 0, 1),
    "conv2d, stride 3, padding 2, two groups": convolution(3, 2, 2),
    averagePool: averagePool(),
    maxPool: maxPool(),
    "normalise, batch statistics": batchNormalisation(true),
    "normalise, running statistics": batchNormalisation(false),
    softmax: softmax(),
    crossEntropy: crossEntropy(0),
    "crossEntropy, label smoothing": crossEntropy(0.1),
    "crossEntropy, weighted rows": crossEntropy(0.1, Float64Array.of(1, 0, 0.5, 2, 3, 0.25)),
    meanSquaredError: meanSquaredError(),
    "meanSquaredError, weighted rows": meanSquaredError(Float64Array.of(0.5, 0, 2, 1, 3)),
    groupMean: groupMean(),
    repeatOverTime: repeatOverTime(),
    meanOverTime: meanOverTime(),
    maxOverTime: maxOverTime(),
  };
  test.each(Object.entries(operations))("%s", (_, operation) => expectRightGradients(operation));
});
