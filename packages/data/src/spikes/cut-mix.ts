import { Random, ShapeError } from "@myelin/core";
import { checkInstance, checkInteger, checkNumber, checkOptions } from "@myelin/core/checks";
import type { SequenceBlock } from "../sequences/index.ts";

/** Options of {@link timeCutMix}. */
export interface CutMixOptions {
  /** Chance that a sample is mixed; 0.5 if left out. */
  readonly probability?: number | undefined;
}

/**
 * Mixes each sample of a batch but the last, with its chance, with the next one, in place: a random stretch of time is
 * taken from there, and so is the same share of its target.
 *
 *   1. lambda uniform in [0, 1), length = floor(lambda T), begin uniform where it fits
 *   2. x_i[begin .. begin + length - 1] = x_j[the same],  j = i + 1
 *   3. y_i = (1 - lambda) y_i + lambda y_j
 *
 * The length of a sample, where the block has them, becomes that of what it then holds.
 *
 * @param targets f32 [B, classes], one-hot before
 * @throws ShapeError unless the block holds as many samples as there are targets
 * @source Hammouamri et al. 2024, augmentation of the published code, which the paper's results leave off
 */
export function timeCutMix(
  block: SequenceBlock,
  targets: Float32Array,
  classes: number,
  random: Random,
  options: CutMixOptions = {},
): void {
  const { data, steps, lengths } = checkOptions("timeCutMix", block, BLOCK, "{ data, steps }");
  checkInstance("timeCutMix.data", data, Float32Array, "a Float32Array");
  checkInteger("timeCutMix.steps", steps, { min: 1 });
  if (lengths !== undefined) checkInstance("timeCutMix.lengths", lengths, Uint32Array, "a Uint32Array");
  checkInstance("timeCutMix.targets", targets, Float32Array, "a Float32Array");
  checkInteger("timeCutMix.classes", classes, { min: 1 });
  checkInstance("timeCutMix.random", random, Random, "a generator such as new Random(1)");
  const { probability = 0.5 } = checkCutMix("timeCutMix", options);
  const samples = targets.length / classes;
  const length = data.length / (steps * samples);
  if (!Number.isInteger(samples) || !Number.isInteger(length)) {
    throw new ShapeError(
      `timeCutMix: expected targets [B, ${classes}] of the samples in a block [${steps}, B, ...], got ${targets.length} ` +
        `targets and ${data.length} values. Make both from the same indices.`,
    );
  }
  for (let i = 0; i + 1 < samples; i++) {
    if (random.uniform() >= probability) continue;
    const lambda = random.uniform();
    const cut = Math.floor(lambda * steps);
    const begin = Math.floor(random.uniform() * (steps - cut));
    for (let t = begin; t < begin + cut; t++) {
      const at = (t * samples + i) * length;
      data.copyWithin(at, at + length, at + 2 * length);
    }
    if (lengths) lengths[i] = mixedLength(lengths[i]!, lengths[i + 1]!, begin, begin + cut);
    for (let k = 0; k < classes; k++) {
      const own = i * classes + k;
      targets[own] = (1 - lambda) * targets[own]! + lambda * targets[own + classes]!;
    }
  }
}

const BLOCK = { data: true, steps: true, lengths: true, targets: true } as const;

/** @throws MyelinError for options that are none of CutMix */
export function checkCutMix(symbol: string, options: CutMixOptions): CutMixOptions {
  checkOptions(symbol, options, { probability: true });
  checkNumber(`${symbol}.probability`, options.probability ?? 0.5, { min: 0, max: 1 }, "It is a chance.");
  return options;
}

/** Where the content of a sample ends after the stretch begin .. end - 1 was taken from another. */
function mixedLength(own: number, other: number, begin: number, end: number): number {
  if (end < own || begin === end) return own;
  const kept = Math.min(own, begin);
  return Math.max(1, kept, other > begin ? Math.min(other, end) : 0);
}
