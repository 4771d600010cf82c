import { SpikeBinning, type SpikeTrain, type SpikeWarp } from "@myelin/core/runs";
import { checkSpikes } from "./dataset.ts";
import { secondsReader } from "./order.ts";
import type { SpikeDataset } from "./spike-dataset.ts";

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

/** Turns the spike trains of a data set into counts per frame and input, as `SpikeBinning` of the core does. */
export class Binning {
  /** ceil(units / pool). */
  readonly inputs: number;
  private readonly dataset: SpikeDataset;
  private readonly secondsOf: (spike: number) => number;
  private readonly bins: SpikeBinning;

  /** @throws MyelinError for options that make no sense */
  constructor(dataset: SpikeDataset, options: BinningOptions = {}) {
    const { frameMs = 10, pool = 5, origin = "firstSpike", maxDurationMs = Infinity } = options;
    const { units } = checkSpikes("binSpikes", dataset);
    this.dataset = dataset;
    this.secondsOf = secondsReader(dataset.times);
    this.bins = new SpikeBinning({ units, frameMs, pool, origin, maxDurationMs });
    this.inputs = this.bins.inputs;
  }

  /**
   * T of a sample, warped or not.
   *
   * @throws ShapeError if it is longer than ten minutes of 10 ms frames
   */
  steps(sample: number, warp?: SpikeWarp): number {
    return this.bins.steps(this.train(sample), warp);
  }

  /**
   * Adds a sample's spikes to `target`, where frame `f` begins at `at + f * stride`.
   *
   * @param steps T of the sample
   * @param warp moves the spikes; those that leave the units are left out
   */
  add(
    sample: number,
    steps: number,
    target: Float32Array,
    at: number,
    stride: number,
    warp?: SpikeWarp,
  ): void {
    this.bins.add(this.train(sample), steps, { target, at, stride }, warp);
  }

  private train(sample: number): SpikeTrain {
    const { offsets, unitIds, name } = this.dataset;
    const [begin, end] = [offsets[sample]!, offsets[sample + 1]!];
    return { begin, end, unitIds, seconds: this.secondsOf, name: `${name}, sample ${sample}` };
  }
}
