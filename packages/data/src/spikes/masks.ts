import { ShapeError, type Random } from "@myelin/core";

/** Random masks over time and over neighbouring inputs; the defaults are those of the delay paper's code. */
export interface MaskOptions {
  /** Chance of each of the two masks; 0.65 if left out. */
  readonly probability?: number;
  /** A time mask covers fewer frames than this: a third of the largest delay, Kd // 3, in the paper. */
  readonly timeMaskSize: number;
  /** A mask of inputs covers fewer inputs than this; a fifth of them if left out. */
  readonly inputMaskSize?: number;
}

/** One sample inside a batch: `inputs` values per frame, frames `stride` apart from `at` on. */
export interface SampleView {
  readonly data: Float32Array;
  readonly at: number;
  readonly stride: number;
  readonly steps: number;
  readonly inputs: number;
}

/**
 * Silences a random stretch of time, then a random band of neighbouring inputs, each with its chance. Sizes are uniform
 * in 0 .. size-1, places uniform where a mask of the full size fits.
 *
 * @throws ShapeError for sizes that are not whole numbers of at least 1
 * @source Hammouamri et al. 2024, augmentation of the published code, which the paper's results leave off
 */
export function maskSequence(sample: SampleView, options: MaskOptions, random: Random): void {
  const { steps, inputs } = sample;
  const { probability = 0.65, timeMaskSize, inputMaskSize = Math.max(1, Math.floor(inputs / 5)) } = options;
  requireSize("timeMaskSize", timeMaskSize);
  requireSize("inputMaskSize", inputMaskSize);
  const time = drawMask(steps, timeMaskSize, probability, random);
  const band = drawMask(inputs, inputMaskSize, probability, random);
  silence(sample, time, { begin: 0, end: inputs });
  silence(sample, { begin: 0, end: steps }, band);
}

/** The numbers `begin .. end - 1`. */
interface Range {
  readonly begin: number;
  readonly end: number;
}

function drawMask(length: number, size: number, probability: number, random: Random): Range {
  if (random.uniform() >= probability) return { begin: 0, end: 0 };
  const fitting = Math.min(size, length);
  const covered = Math.floor(random.uniform() * fitting);
  const begin = Math.floor(random.uniform() * Math.max(1, length - fitting));
  return { begin, end: begin + covered };
}

function silence({ data, at, stride }: SampleView, time: Range, band: Range): void {
  for (let frame = time.begin; frame < time.end; frame++) {
    const start = at + frame * stride;
    data.fill(0, start + band.begin, start + band.end);
  }
}

function requireSize(option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ShapeError(
    `masks: expected ${option} as a whole number of at least 1, got ${value}. ` +
      `The delay paper uses a third of the largest delay and a fifth of the inputs.`,
  );
}
