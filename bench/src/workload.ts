import { type Engine, LIF, type Tensor, tensor, atan } from "@myelin/core";

/** A training step as the yardstick defines it. */
export interface Workload {
  /** Samples per step. */
  readonly batch: number;
  step(): Promise<void>;
}

/** Makes a workload's parameters and data in an engine. */
export type WorkloadFactory = (engine: Engine) => Workload | Promise<Workload>;

/** The yardstick's neuron: v keep + x, fire at >= 1, hard reset to 0 and detached, arctan surrogate. */
export function lif(keep = 0.5, alpha = 2): LIF {
  const tau = 1 / (1 - keep);
  return new LIF({ tau, decayInput: false, vReset: 0, detachReset: true, surrogate: atan({ alpha }) });
}

/** Values from a function of the engine's seeded random numbers. */
export function filled(shape: readonly number[], value: () => number): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return tensor(Float32Array.from({ length: size }, value), shape);
}

/** Zeros and ones, a share `density` of ones. */
export function spikes(engine: Engine, shape: readonly number[], density: number): Tensor {
  return filled(shape, () => (engine.random.uniform() < density ? 1 : 0));
}

/** Counts with a Poisson distribution (Knuth's product of uniforms). */
export function poisson(engine: Engine, shape: readonly number[], mean: number): Tensor {
  const limit = Math.exp(-mean);
  return filled(shape, () => {
    let count = 0;
    for (let product = engine.random.uniform(); product > limit; product *= engine.random.uniform()) count++;
    return count;
  });
}

/** Class numbers below `classes`. */
export function labels(engine: Engine, batch: number, classes: number): Tensor {
  return filled([batch], () => engine.random.integer(classes));
}
