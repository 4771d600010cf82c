import { describe, test } from "vitest";
import * as batchNorm from "../../src/engine/backends/reference/batch-norm.ts";
import * as conv from "../../src/engine/backends/reference/conv.ts";
import { integratorBackward, integratorForward } from "../../src/engine/backends/reference/integrator.ts";
import * as linear from "../../src/engine/backends/reference/linear.ts";
import * as losses from "../../src/engine/backends/reference/losses.ts";
import * as pool from "../../src/engine/backends/reference/pool.ts";
import * as time from "../../src/engine/backends/reference/time.ts";
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
      y: filled(15, (y) => linear.linearForward(size, x!, weight!, bias!, y)),
    }),
    backward: ({ x, weight }, { y: gy }) => ({
      x: filled(20, (gx) => linear.linearInputGradient(size, gy!, weight!, x!, gx)),
      weight: filled(12, (gWeight) => linear.linearWeightGradient(size, gy!, x!, gWeight)),
      bias: filled(3, (gBias) => conv.biasGradient(image, gy!, gBias)),
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
      y: filled(length, (y) => conv.conv2dForward(size, x!, weight!, bias!, y)),
    }),
    backward: ({ x, weight }, { y: gy }) => ({
      x: filled(xLength, (gx) => conv.conv2dInputGradient(size, gy!, weight!, x!, gx)),
      weight: filled(weightLength, (gWeight) => conv.conv2dWeightGradient(size, gy!, x!, gWeight)),
      bias: filled(6, (gBias) => conv.biasGradient(image, gy!, gBias)),
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
    forward: ({ x }) => ({ y: filled(72, (y) => pool.averagePoolForward(POOL, x!, y)) }),
    backward: (_, { y: gy }) => ({ x: filled(252, (gx) => pool.averagePoolBackward(POOL, gy!, gx)) }),
  };
}

function maxPool(): Differentiable {
  return {
    inputs: { x: normal(252, 1) },
    forward: ({ x }) => ({ y: filled(72, (y) => pool.maxPoolForward(POOL, x!, y, zeros(72))) }),
    backward: ({ x }, { y: gy }) => {
      const winner = filled(72, (out) => pool.maxPoolForward(POOL, x!, zeros(72), out));
      return { x: filled(252, (gx) => pool.maxPoolBackward(POOL, gy!, winner, gx)) };
    },
  };
}

/** With batch statistics, mean and variance follow x; otherwise they are constants. */
function batchNormalisation(batch: boolean): Differentiable {
  const size = { planes: 4, channels: 3, positions: 5 };
  const eps = 1e-3;
  const statistics = (x: Float64Array) => {
    const [mean, variance] = [normal(3, 8), Float64Array.of(0.5, 1, 2)];
    if (batch) batchNorm.batchStatistics(size, x, mean, variance);
    return [mean, variance] as const;
  };
  return {
    inputs: { x: normal(60, 1), weight: normal(3, 2), bias: normal(3, 3) },
    forward: ({ x, weight, bias }) => ({
      y: filled(60, (y) => batchNorm.normalise(size, x!, ...statistics(x!), weight!, bias!, eps, y)),
    }),
    backward: ({ x, weight }, { y: gy }) => {
      const [gx, gWeight, gBias] = [zeros(60), zeros(3), zeros(3)];
      const [mean, variance] = statistics(x!);
      batchNorm.normaliseBackward(size, x!, mean, variance, weight!, eps, batch, gy!, gx, gWeight, gBias);
      return { x: gx, weight: gWeight, bias: gBias };
    },
  };
}

function softmax(): Differentiable {
  return {
    inputs: { x: normal(20, 1) },
    forward: ({ x }) => ({ y: filled(20, (y) => losses.softmax(4, 5, x!, y)) }),
    backward: ({ x }, { y: gy }) => {
      const y = filled(20, (out) => losses.softmax(4, 5, x!, out));
      return { x: filled(20, (gx) => losses.softmaxBackward(4, 5, y, gy!, gx)) };
    },
  };
}

/** Six rows share three targets, as time steps share those of the samples: a label, a mixture, and more than one class. */
function crossEntropy(smoothing: number, rowWeights: Float64Array | null = null): Differentiable {
  const run = (x: Float64Array, loss: Float64Array, gradient: Float64Array) => {
    const targets = Float64Array.of(0, 0, 1, 0, 0.25, 0.75, 0, 0, 0.1, 2, 0.3, 0.4);
    losses.crossEntropy(6, 4, smoothing, x, targets, rowWeights, loss, gradient);
  };
  return {
    inputs: { x: normal(24, 1) },
    forward: ({ x }) => ({ loss: filled(1, (loss) => run(x!, loss, zeros(24))) }),
    backward: ({ x }, { loss: gLoss }) => ({
      x: filled(24, (gradient) => run(x!, zeros(1), gradient)).map((value) => value * gLoss![0]!),
    }),
  };
}

function meanSquaredError(rowWeights: Float64Array | null): Differentiable {
  const target = normal(10, 2);
  return {
    inputs: { x: normal(10, 1) },
    forward: ({ x }) => ({
      loss: filled(1, (loss) => losses.meanSquaredError(x!, target, rowWeights, loss, zeros(10))),
    }),
    backward: ({ x }, { loss: gLoss }) => ({
      x: filled(10, (gradient) => losses.meanSquaredError(x!, target, rowWeights, zeros(1), gradient)).map(
        (value) => value * gLoss![0]!,
      ),
    }),
  };
}

function groupMean(): Differentiable {
  return {
    inputs: { x: normal(24, 1) },
    forward: ({ x }) => ({ y: filled(8, (y) => losses.groupMean(2, 4, 3, x!, y)) }),
    backward: (_, { y: gy }) => ({ x: filled(24, (gx) => losses.groupMeanBackward(2, 4, 3, gy!, gx)) }),
  };
}

function integrator(): Differentiable {
  const size = { steps: 6, size: 4 };
  const spec = { keep: 0.7, gain: 0.4 };
  return {
    inputs: { x: normal(24, 1), initial: normal(4, 2) },
    forward: ({ x, initial }) => ({
      v: filled(24, (v) => integratorForward(size, spec, x!, initial!, v)),
    }),
    backward: (_, { v: gv }) => {
      const [gx, gInitial] = [zeros(24), zeros(4)];
      integratorBackward(size, spec, gv!, gx, gInitial);
      return { x: gx, initial: gInitial };
    },
  };
}

const SEQUENCE = { steps: 5, size: 4 };

/** Repeating and summing are each other's backward pass. */
function repeatOverTime(): Differentiable {
  return {
    inputs: { x: normal(4, 1) },
    forward: ({ x }) => ({ y: filled(20, (y) => time.repeatOverTime(SEQUENCE, x!, y)) }),
    backward: (_, { y: gy }) => ({ x: filled(4, (gx) => time.sumOverTime(SEQUENCE, 1, gy!, gx)) }),
  };
}

function meanOverTime(): Differentiable {
  return {
    inputs: { x: normal(20, 1) },
    forward: ({ x }) => ({ y: filled(4, (y) => time.sumOverTime(SEQUENCE, 1 / 5, x!, y)) }),
    backward: (_, { y: gy }) => ({
      x: filled(20, (gx) => time.repeatOverTime(SEQUENCE, gy!, gx)).map((value) => value / 5),
    }),
  };
}

function maxOverTime(): Differentiable {
  return {
    inputs: { x: normal(20, 1) },
    forward: ({ x }) => ({ y: filled(4, (y) => time.maxOverTime(SEQUENCE, x!, y, zeros(4))) }),
    backward: ({ x }, { y: gy }) => {
      const winner = filled(4, (out) => time.maxOverTime(SEQUENCE, x!, zeros(4), out));
      return { x: filled(20, (gx) => time.maxOverTimeBackward(SEQUENCE, gy!, winner, gx)) };
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
    meanSquaredError: meanSquaredError(null),
    "meanSquaredError, weighted rows": meanSquaredError(Float64Array.of(0.5, 0, 2, 1, 3)),
    groupMean: groupMean(),
    integrator: integrator(),
    repeatOverTime: repeatOverTime(),
    meanOverTime: meanOverTime(),
    maxOverTime: maxOverTime(),
  };
  test.each(Object.entries(operations))("%s", (_, operation) => expectRightGradients(operation));
});
