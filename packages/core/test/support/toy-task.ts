import type { Module } from "../../src/index.ts";
import {
  type Batch,
  LeakyIntegrator,
  LIF,
  Linear,
  rateCrossEntropy,
  Sequential,
  SGD,
  type TrainerOptions,
} from "../../src/index.ts";
import { repeatOverTime } from "../../src/entries/ops.ts";

export const [SIZE, FEATURES] = [4, 6];

/** A small batch of two classes. */
export function toyBatch(more: Partial<Batch> = {}): Batch {
  const inputs = Float32Array.from({ length: SIZE * FEATURES }, (_, i) => 0.5 + 0.5 * Math.sin(1 + i * 3.7));
  return { inputs, shape: [SIZE, FEATURES], labels: Float32Array.of(0, 1, 1, 0), ...more };
}

export function toyNetwork(): Sequential {
  return new Sequential({
    fc1: new Linear(FEATURES, 8),
    lif: new LIF({ vThreshold: 0.1 }),
    fc2: new Linear(8, 2),
    out: new LeakyIntegrator(),
  });
}

/** Trains on one batch an epoch, without schedule and evaluation. */
export function toyOptions(network: Module, more: Partial<TrainerOptions> = {}): TrainerOptions {
  return {
    network,
    optimizer: new SGD(network.parameters(), { lr: 0.1 }),
    loss: rateCrossEntropy,
    encode: (inputs) => repeatOverTime(inputs, 3),
    batches: () => [toyBatch()],
    ...more,
  };
}
