import type { Backend } from "../backend.ts";
import { convInput, convOutput, imageLength, patchLength, poolInput, poolOutput } from "./images.ts";
import type { LengthsOf } from "./lengths.ts";

type ProductOperation =
  | "linearForward"
  | "linearInputGradient"
  | "linearWeightGradient"
  | "conv2dForward"
  | "conv2dInputGradient"
  | "conv2dWeightGradient"
  | "biasGradient"
  | "averagePoolForward"
  | "averagePoolBackward"
  | "maxPoolForward"
  | "maxPoolBackward"
  | "batchStatistics"
  | "normalise"
  | "normaliseBackward"
  | "updateRunning";

/** Operands of products, pooling and batch normalisation. */
export const PRODUCT_LENGTHS: LengthsOf<Pick<Backend, ProductOperation>> = {
  linearForward: ({ rows, inputs, outputs }, x, weight, bias, y) => ({
    x: [x, rows * inputs],
    weight: [weight, outputs * inputs],
    bias: [bias, outputs],
    y: [y, rows * outputs],
  }),
  linearInputGradient: ({ rows, inputs, outputs }, gy, weight, x, gx) => ({
    gy: [gy, rows * outputs],
    weight: [weight, outputs * inputs],
    x: [x, rows * inputs],
    gx: [gx, rows * inputs],
  }),
  linearWeightGradient: ({ rows, inputs, outputs }, gy, x, gWeight) => ({
    gy: [gy, rows * outputs],
    x: [x, rows * inputs],
    gWeight: [gWeight, outputs * inputs],
  }),
  conv2dForward: (size, x, weight, bias, y) => ({
    x: [x, convInput(size)],
    weight: [weight, size.outChannels * patchLength(size)],
    bias: [bias, size.outChannels],
    y: [y, convOutput(size)],
  }),
  conv2dInputGradient: (size, gy, weight, x, gx) => ({
    gy: [gy, convOutput(size)],
    weight: [weight, size.outChannels * patchLength(size)],
    x: [x, convInput(size)],
    gx: [gx, convInput(size)],
  }),
  conv2dWeightGradient: (size, gy, x, gWeight) => ({
    gy: [gy, convOutput(size)],
    x: [x, convInput(size)],
    gWeight: [gWeight, size.outChannels * patchLength(size)],
  }),
  biasGradient: (size, gy, gBias) => ({ gy: [gy, imageLength(size)], gBias: [gBias, size.channels] }),

  averagePoolForward: (size, x, y) => ({ x: [x, poolInput(size)], y: [y, poolOutput(size)] }),
  averagePoolBackward: (size, gy, gx) => ({ gy: [gy, poolOutput(size)], gx: [gx, poolInput(size)] }),
  maxPoolForward: (size, x, y, winner) => ({
    x: [x, poolInput(size)],
    y: [y, poolOutput(size)],
    winner: [winner, poolOutput(size)],
  }),
  maxPoolBackward: (size, gy, winner, gx) => ({
    gy: [gy, poolOutput(size)],
    winner: [winner, poolOutput(size)],
    gx: [gx, poolInput(size)],
  }),

  batchStatistics: (size, x, mean, variance) => ({
    x: [x, imageLength(size)],
    mean: [mean, size.channels],
    variance: [variance, size.channels],
  }),
  normalise: (size, x, mean, variance, weight, bias, _eps, y) => ({
    x: [x, imageLength(size)],
    mean: [mean, size.channels],
    variance: [variance, size.channels],
    weight: [weight, size.channels],
    bias: [bias, size.channels],
    y: [y, imageLength(size)],
  }),
  normaliseBackward: (size, x, mean, variance, weight, _eps, _batch, gy, gx, gWeight, gBias) => ({
    x: [x, imageLength(size)],
    mean: [mean, size.channels],
    variance: [variance, size.channels],
    weight: [weight, size.channels],
    gy: [gy, imageLength(size)],
    gx: [gx, imageLength(size)],
    gWeight: [gWeight, size.channels],
    gBias: [gBias, size.channels],
  }),
  updateRunning: (running, value) => ({ value: [value, running.length] }),
};
