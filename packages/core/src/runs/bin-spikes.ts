import { checkInteger, checkNumber, checkOneOf, checkOptions } from "../checks.ts";
import { ShapeError } from "../errors.ts";

/** How spike times become frames. */
export interface SpikeBinningOptions {
  readonly units: number;
  /** Length of a frame in milliseconds. */
  readonly frameMs: number;
  /** How many neighbouring units are summed into one input. */
  readonly pool: number;
  /** What time 0 is: the first spike, or the start of the recording. */
  readonly origin: "firstSpike" | "recording";
  /** Spikes from this time on are left out; all are kept if it is infinite. */
  readonly maxDurationMs: number;
}

/** Spikes in ascending order of time. */
export interface SpikeTrain {
  /** The first spike of the train, and the one behind its last. */
  readonly begin: number;
  readonly end: number;
  /** Time of a spike in seconds. */
  readonly seconds: (spike: number) => number;
  readonly unitIds: ArrayLike<number>;
  /** For messages. */
  readonly name: string;
}

/** Moves spikes: by so many units, and in time by a factor. */
export interface SpikeWarp {
  readonly units: number;
  readonly time: number;
}

const STILL: SpikeWarp = { units: 0, time: 1 };

/** Where the frames of a train stand: frame `f` begins at `at + f * stride` of `target`. */
export interface FrameTarget {
  readonly target: Float32Array;
  readonly at: number;
  readonly stride: number;
}

/** More frames than this, ten minutes at 10 ms, are taken for a wrong unit of time. */
const MAX_STEPS = 60_000;

/**
 * Turns spike trains into counts per frame and input:
 *
 *   1. t = time - time of the first spike                      [ms]
 *   2. T = max(1, ceil(t_last / frameMs))                      frames of the train
 *   3. frame = min(floor(t / frameMs), T - 1)
 *   4. input = floor(unit / pool), so that ceil(units / pool) inputs remain
 *   5. x[frame, input] = number of spikes, not clipped to 1
 *
 * A spike at the very end of the last frame is counted into it; a train without spikes is one empty frame.
 *
 * @source SpikingJelly `datasets/shd.py`, fixed duration, which the code of the delay paper uses. There products are
 * rounded to half floats; here they are exact.
 */
export class SpikeBinning {
  /** ceil(units / pool). */
  readonly inputs: number;
  readonly #framesPerSecond: number;
  readonly #fromFirstSpike: boolean;
  readonly #maxFrames: number;
  readonly #maxSeconds: number;
  readonly #inputOf: Uint16Array;

  /** @throws MyelinError for options that make no sense */
  constructor(options: SpikeBinningOptions) {
    checkOptions("binSpikes", options, KNOWN, "{ units: 700, frameMs: 10 }");
    const { units, frameMs, pool, origin, maxDurationMs } = options;
    const hint = "It is in milliseconds; leave it out for the default.";
    checkInteger("binSpikes.units", units, { min: 1, max: 65_536 });
    checkNumber("binSpikes.frameMs", frameMs, { above: 0 }, hint);
    if (maxDurationMs !== Infinity) checkNumber("binSpikes.maxDurationMs", maxDurationMs, { above: 0 }, hint);
    checkOneOf("binSpikes.origin", origin, ["firstSpike", "recording"]);
    const poolHint = "It is a number of units; the delay paper uses 5.";
    checkInteger("binSpikes.pool", pool, { min: 1, max: units }, poolHint);
    this.#framesPerSecond = 1000 / frameMs;
    this.#fromFirstSpike = origin === "firstSpike";
    this.#maxFrames = Math.ceil(maxDurationMs / frameMs);
    this.#maxSeconds = maxDurationMs / 1000;
    this.inputs = Math.ceil(units / pool);
    this.#inputOf = Uint16Array.from({ length: units }, (_, unit) => Math.floor(unit / pool));
  }

  /**
   * T of a train, warped or not.
   *
   * @throws ShapeError if it is longer than ten minutes of 10 ms frames
   */
  steps(train: SpikeTrain, { time }: SpikeWarp = STILL): number {
    const { begin, end, seconds, name } = train;
    if (begin === end) return 1;
    const duration = seconds(end - 1) - this.#timeZero(train);
    const frames = Math.max(1, Math.ceil(duration * this.#framesPerSecond * time));
    const steps = Math.min(frames, this.#maxFrames);
    if (steps <= MAX_STEPS) return steps;
    throw new ShapeError(
      `binSpikes: ${name}: expected at most ${MAX_STEPS} frames, got ${steps} for ${duration} seconds. ` +
        `Check that times are in seconds, or set maxDurationMs.`,
    );
  }

  /**
   * Adds the spikes of a train to its frames.
   *
   * @param steps T of the train
   * @param warp moves the spikes; those that leave the units are left out
   */
  add(train: SpikeTrain, steps: number, { target, at, stride }: FrameTarget, warp: SpikeWarp = STILL): void {
    const { begin, end, seconds, unitIds } = train;
    const framesPerSecond = this.#framesPerSecond * warp.time;
    const [inputOf, maxFrames, maxSeconds] = [this.#inputOf, this.#maxFrames, this.#maxSeconds];
    const zero = this.#timeZero(train);
    for (let i = begin; i < end; i++) {
      const since = seconds(i) - zero;
      if (since * warp.time >= maxSeconds) return;
      let frame = Math.floor(since * framesPerSecond);
      if (frame >= steps) {
        if (frame >= maxFrames) return;
        frame = steps - 1;
      }
      const input = inputOf[unitIds[i]! + warp.units];
      if (input !== undefined) target[at + frame * stride + input]!++;
    }
  }

  #timeZero({ begin, end, seconds }: SpikeTrain): number {
    return this.#fromFirstSpike && end > begin ? seconds(begin) : 0;
  }
}

const KNOWN = { units: true, frameMs: true, pool: true, origin: true, maxDurationMs: true } as const;
