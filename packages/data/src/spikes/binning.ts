import { ShapeError } from "@myelin/core";
import { checkInteger, checkNumber, checkOneOf } from "@myelin/core/checks";
import { HALF_VALUES } from "./half.ts";
import { checkSpikes } from "./dataset.ts";
import type { SpikeDataset } from "./spike-dataset.ts";
import { STILL } from "./warp.ts";

/** How spike times become frames; the defaults are those of the delay paper (Hammouamri et al. 2024). */
export interface BinningOptions {
  /** Length of a frame in milliseconds; 10 if left out. */
  readonly frameMs?: number;
  /** How many neighbouring units are summed into one input; 5 if left out. */
  readonly pool?: number;
  /** What time 0 is: the sample's first spike (if left out), or the start of its recording. */
  readonly origin?: "firstSpike" | "recording";
  /** Spikes from this time on are left out; all are kept if left out. */
  readonly maxDurationMs?: number;
}

/** More frames than this, ten minutes at 10 ms, are taken for a wrong unit of time. */
const MAX_STEPS = 60_000;

/**
 * Turns spike trains into counts per frame and input:
 *
 *   1. t = time - time of the sample's first spike            [ms]
 *   2. T = max(1, ceil(t_last / frameMs))                      frames of the sample
 *   3. frame = min(floor(t / frameMs), T - 1)
 *   4. input = floor(unit / pool), so that ceil(units / pool) inputs remain
 *   5. x[frame, input] = number of spikes, not clipped to 1
 *
 * A spike at the very end of the last frame is counted into it; a sample without spikes is one empty frame.
 *
 * @source SpikingJelly `datasets/shd.py`, fixed duration, which the code of the delay paper uses. There products are
 * rounded to half floats; here they are exact.
 */
export class Binning {
  /** ceil(units / pool). */
  readonly inputs: number;
  private readonly dataset: SpikeDataset;
  private readonly framesPerSecond: number;
  private readonly fromFirstSpike: boolean;
  private readonly maxFrames: number;
  private readonly maxSeconds: number;
  private readonly inputOf: Uint16Array;

  /** @throws ShapeError for options that make no sense */
  constructor(dataset: SpikeDataset, options: BinningOptions = {}) {
    const { frameMs = 10, pool = 5, origin = "firstSpike", maxDurationMs = Infinity } = options;
    checkSpikes("binSpikes", dataset);
    const hint = "It is in milliseconds; leave it out for the default.";
    checkNumber("binSpikes.frameMs", frameMs, { above: 0 }, hint);
    if (maxDurationMs !== Infinity) checkNumber("binSpikes.maxDurationMs", maxDurationMs, { above: 0 }, hint);
    checkOneOf("binSpikes.origin", origin, ["firstSpike", "recording"]);
    checkInteger(
      "binSpikes.pool",
      pool,
      { min: 1, max: dataset.units },
      "It is a number of units; the delay paper uses 5.",
    );
    this.dataset = dataset;
    this.framesPerSecond = 1000 / frameMs;
    this.fromFirstSpike = origin === "firstSpike";
    this.maxFrames = Math.ceil(maxDurationMs / frameMs);
    this.maxSeconds = maxDurationMs / 1000;
    this.inputs = Math.ceil(dataset.units / pool);
    this.inputOf = Uint16Array.from({ length: dataset.units }, (_, unit) => Math.floor(unit / pool));
  }

  /**
   * T of a sample, warped or not.
   *
   * @throws ShapeError if it is longer than ten minutes of 10 ms frames
   */
  steps(sample: number, { time } = STILL): number {
    const { offsets, name } = this.dataset;
    const begin = offsets[sample]!;
    const end = offsets[sample + 1]!;
    if (begin === end) return 1;
    const duration = this.seconds(end - 1) - this.timeZero(begin);
    const steps = Math.min(Math.max(1, Math.ceil(duration * this.framesPerSecond * time)), this.maxFrames);
    if (steps <= MAX_STEPS) return steps;
    throw new ShapeError(
      `binSpikes: ${name}, sample ${sample}: expected at most ${MAX_STEPS} frames, got ${steps} for ${duration} seconds. ` +
        `Check that times are in seconds, or set maxDurationMs.`,
    );
  }

  /**
   * Adds a sample's spikes to `target`, where frame `f` begins at `at + f * stride`.
   *
   * @param steps T of the sample
   * @param warp moves the spikes; those that leave the units are left out
   */
  add(sample: number, steps: number, target: Float32Array, at: number, stride: number, warp = STILL): void {
    const { offsets, unitIds, times } = this.dataset;
    const { inputOf, maxFrames, maxSeconds } = this;
    const framesPerSecond = this.framesPerSecond * warp.time;
    const begin = offsets[sample]!;
    const end = offsets[sample + 1]!;
    const zero = begin === end ? 0 : this.timeZero(begin);
    const halves = times instanceof Uint16Array;
    for (let i = begin; i < end; i++) {
      const seconds = halves ? HALF_VALUES[times[i]!]! : times[i]!;
      if ((seconds - zero) * warp.time >= maxSeconds) return;
      let frame = Math.floor((seconds - zero) * framesPerSecond);
      if (frame >= steps) {
        if (frame >= maxFrames) return;
        frame = steps - 1;
      }
      const input = inputOf[unitIds[i]! + warp.units];
      if (input !== undefined) target[at + frame * stride + input]!++;
    }
  }

  private seconds(spike: number): number {
    const { times } = this.dataset;
    const value = times[spike]!;
    return times instanceof Uint16Array ? HALF_VALUES[value]! : value;
  }

  private timeZero(begin: number): number {
    return this.fromFirstSpike ? this.seconds(begin) : 0;
  }
}
