/** Samples of different length, and networks that look over time. */
import {
  BatchNorm,
  DelayLinear,
  Dropout,
  LeakyIntegrator,
  LIF,
  Linear,
  type Module,
  Random,
  Sequential,
  type Batch,
} from "../../src/index.ts";

export const INPUTS = 6;
export const CLASSES = 4;

/** One sample: `length` steps of INPUTS spikes. */
export interface Sample {
  readonly steps: readonly (readonly number[])[];
  readonly label: number;
}

/** Samples of 2 to `longest` steps, more active the higher the label. */
export function drawSamples(count: number, longest: number, seed: number): Sample[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const label = i % CLASSES;
    const length = 2 + random.integer(longest - 1);
    const step = (): number[] =>
      Array.from({ length: INPUTS }, () => Number(random.uniform() < 0.2 + 0.2 * label));
    return { label, steps: Array.from({ length }, step) };
  });
}

/** A padded batch [T, B, INPUTS] with its lengths. */
export function collate(samples: readonly Sample[], padding = 0): Batch & { readonly lengths: number[] } {
  const lengths = samples.map(({ steps }) => steps.length);
  const longest = Math.max(...lengths);
  const values = Array.from({ length: longest }, (_, t) =>
    samples.map(({ steps }) => steps[t] ?? new Array<number>(INPUTS).fill(padding)),
  );
  return {
    inputs: Float32Array.from(values.flat(2)),
    shape: [longest, samples.length, INPUTS],
    labels: Float32Array.from(samples, ({ label }) => label),
    lengths,
  };
}

/** All samples in batches of `size`. */
export function batchesOf(samples: readonly Sample[], size: number): Batch[] {
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, i) =>
    collate(samples.slice(i * size, (i + 1) * size)),
  );
}

/** Networks by name; made inside of an engine. */
export const NETWORKS: Record<string, () => Module> = {
  lif: () => new Sequential(new Linear(INPUTS, 12), new LIF({ tau: 2 }), new Linear(12, CLASSES), new LIF()),
  "norm, dropout and integrator": () =>
    new Sequential(
      new Linear(INPUTS, 12),
      new BatchNorm(12),
      new LIF({ tau: 2 }),
      new Dropout(0.3),
      new Linear(12, CLASSES),
      new LeakyIntegrator({ tau: 3 }),
    ),
  delays: () =>
    new Sequential(
      new DelayLinear(INPUTS, 16, { maxDelay: 7 }),
      new BatchNorm(16),
      new LIF({ tau: 1.1, decayInput: false }),
      new Dropout(0.3),
      new DelayLinear(16, 12, { maxDelay: 9 }),
      new BatchNorm(12),
      new LIF({ tau: 1.1, decayInput: false }),
      new DelayLinear(12, CLASSES, { maxDelay: 5 }),
      new LeakyIntegrator({ tau: 3, decayInput: false }),
    ),
};
