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

/** Values as a loader gives them: spikes and counts as bytes, others as float32. */
export type Values = Float32Array | Uint8Array;

/** How many inputs there are: a training never sees the same one twice in a row. */
const INPUTS = 8;

/**
 * Inputs in turn, as from a loader.
 * @returns a function that writes the next of eight inputs into the engine, to be called inside a step
 */
export function inTurn(shape: readonly number[], make: (length: number) => Values): () => Tensor {
  const length = shape.reduce((product, n) => product * n, 1);
  const inputs = Array.from({ length: INPUTS }, () => make(length));
  let turn = 0;
  return () => tensor(inputs[turn++ % INPUTS] as Values, shape);
}

/** Normally distributed values. */
export function normal(engine: Engine): (length: number) => Float32Array {
  return (length) => Float32Array.from({ length }, () => engine.random.normal());
}

/** Zeros and ones, a share `density` of ones. */
export function spikes(engine: Engine, density: number): (length: number) => Uint8Array {
  return (length) => Uint8Array.from({ length }, () => (engine.random.uniform() < density ? 1 : 0));
}

/** Counts with a Poisson distribution (Knuth's product of uniforms). */
export function poisson(engine: Engine, mean: number): (length: number) => Uint8Array {
  const limit = Math.exp(-mean);
  const count = (): number => {
    let n = 0;
    for (let product = engine.random.uniform(); product > limit; product *= engine.random.uniform()) n++;
    return n;
  };
  return (length) => Uint8Array.from({ length }, count);
}

/** Class numbers below `classes`. */
export function labels(engine: Engine, batch: number, classes: number): Tensor {
  return tensor(Float32Array.from({ length: batch }, () => engine.random.integer(classes)));
}
