import { type Random, ShapeError } from "@myelin/core";
import { checkInteger, checkNumber, checkOneOf, checkOptions } from "@myelin/core/checks";
import type { SpikeWarp } from "@myelin/core/runs";
import { denseBlock } from "../budget.ts";
import { pickNumbers } from "../labels.ts";
import {
  PADDING_MODES,
  type PaddingMode,
  type SequenceBlock,
  type SequenceDataset,
} from "../sequences/index.ts";
import { Binning, type BinningOptions } from "./binning.ts";
import { checkCutMix, timeCutMix, type CutMixOptions } from "./cut-mix.ts";
import type { SpikeDataset } from "./spike-dataset.ts";
import { maskSequence, type MaskOptions } from "./masks.ts";
import { checkWarp, drawWarp, type WarpOptions } from "./warp.ts";

/** Options of {@link spikeSequences}. */
export interface SpikeSequenceOptions extends BinningOptions {
  /** Moves the spikes of samples that are augmented, over units and in time; not done if left out. */
  readonly warp?: WarpOptions;
  /** Random masks over time and inputs for samples that are augmented; none if left out. */
  readonly masks?: MaskOptions;
  /** Mixes samples of a batch that are augmented with the next one, after masks; not done if left out. */
  readonly cutMix?: CutMixOptions;
  /** Whether padding is left out (if left out) or counts as in the delay paper's code. */
  readonly padding?: PaddingMode;
}

/**
 * Spike trains as sequences of counts for training, f32 [T, B, ceil(units / pool)]. The spikes stay as they are in
 * memory; time steps are made for a batch at a time, as {@link BinningOptions} describes, and padded with zeros at the end, which
 * training leaves out unless `padding` is "paper".
 *
 * @throws ShapeError for options that make no sense or a sample that is far too long
 * @example const train = spikeSequences(await loadSpikes("shd", { split: "train" }), { pool: 5, frameMs: 10 });
 */
export function spikeSequences(dataset: SpikeDataset, options: SpikeSequenceOptions = {}): SequenceDataset {
  const {
    warp,
    masks,
    cutMix,
    padding: mode = "masked",
    ...bins
  } = checkOptions("spikeSequences", options, KNOWN);
  const binning = new Binning(dataset, bins);
  const steps = Uint32Array.from({ length: dataset.count }, (_, sample) => binning.steps(sample));
  const all = Uint32Array.from({ length: dataset.count }, (_, sample) => sample);
  const padding = checkOneOf("spikeSequences.padding", mode, PADDING_MODES);
  if (warp !== undefined) checkWarp(checkOptions("spikeSequences.warp", warp, { units: true, time: true }));
  if (masks !== undefined) checkMasks(masks);
  if (cutMix !== undefined) checkCutMix("spikeSequences.cutMix", cutMix);
  return new SpikeSequences({ dataset, binning, steps, warp, masks, cutMix, padding }, all);
}

const KNOWN = {
  frameMs: true,
  pool: true,
  origin: true,
  maxDurationMs: true,
  warp: true,
  masks: true,
  cutMix: true,
  padding: true,
} as const;

function checkMasks(masks: MaskOptions): void {
  const known = { probability: true, timeMaskSize: true, inputMaskSize: true } as const;
  checkOptions("spikeSequences.masks", masks, known, "{ timeMaskSize: 10 }");
  const { probability = 0.65, timeMaskSize, inputMaskSize = 1 } = masks;
  const hint = "The delay paper uses a third of the largest delay and a fifth of the inputs.";
  checkNumber("spikeSequences.masks.probability", probability, { min: 0, max: 1 });
  checkInteger("spikeSequences.masks.timeMaskSize", timeMaskSize, { min: 1 }, hint);
  checkInteger("spikeSequences.masks.inputMaskSize", inputMaskSize, { min: 1 }, hint);
}

/** f32 [samples, classes] with a one in the column of each label. */
function oneHot(labels: Uint32Array, classes: number): Float32Array {
  const targets = new Float32Array(labels.length * classes);
  labels.forEach((label, sample) => (targets[sample * classes + label] = 1));
  return targets;
}

/** What a data set and its parts share. */
interface Shared {
  readonly dataset: SpikeDataset;
  readonly binning: Binning;
  /** T of each sample. */
  readonly steps: Uint32Array;
  readonly warp: WarpOptions | undefined;
  readonly masks: MaskOptions | undefined;
  readonly cutMix: CutMixOptions | undefined;
  readonly padding: PaddingMode;
}

/** Some samples of a data set of spike trains; sharing its memory. */
class SpikeSequences implements SequenceDataset {
  readonly name: string;
  readonly count: number;
  readonly classes: number;
  readonly classNames: readonly string[];
  readonly labels: Uint32Array;
  readonly stepShape: readonly number[];
  readonly sources?: Uint32Array;
  private readonly shared: Shared;
  /** Which samples of the data set these are. */
  private readonly members: Uint32Array;

  constructor(shared: Shared, members: Uint32Array) {
    const { dataset, binning } = shared;
    const { labels, sources } = dataset;
    this.name = dataset.name;
    this.count = members.length;
    this.classes = dataset.classes;
    this.classNames = dataset.classNames;
    this.labels = pickNumbers(labels, members);
    this.stepShape = [binning.inputs];
    if (sources) this.sources = pickNumbers(sources, members);
    this.shared = shared;
    this.members = members;
  }

  collate(indices: ArrayLike<number>, random?: (sample: number) => Random): SequenceBlock {
    const samples = this.resolve(indices);
    const { warp, masks, cutMix } = this.shared;
    const own = random && (warp ?? masks ?? cutMix) ? Array.from(indices, random) : undefined;
    const block = this.bin(samples, warp && own?.map((generator) => drawWarp(warp, generator)));
    return own ? this.augment(block, indices, own) : block;
  }

  /** Frames of these samples, each with its warp if there are any. */
  private bin(samples: Uint32Array, warps?: readonly SpikeWarp[]): SequenceBlock {
    const { binning, steps: stepsOf, padding } = this.shared;
    const parts = Array.from(samples, (sample, i) => {
      const warp = warps?.[i];
      return { sample, warp, steps: warp ? binning.steps(sample, warp) : stepsOf[sample]! };
    });
    const steps = parts.reduce((most, part) => Math.max(most, part.steps), 1);
    const { inputs } = binning;
    const stride = parts.length * inputs;
    const data = denseBlock("spikeSequences.collate", steps, stride);
    parts.forEach((part, i) => binning.add(part.sample, part.steps, data, i * inputs, stride, part.warp));
    const lengths = Uint32Array.from(parts, (part) => part.steps);
    return { data, steps, ...(padding === "masked" && { lengths }) };
  }

  /** Masks every sample, then mixes samples with their next ones; `random` has a generator for each. */
  private augment(
    block: SequenceBlock,
    indices: ArrayLike<number>,
    random: readonly Random[],
  ): SequenceBlock {
    const { binning, masks, cutMix } = this.shared;
    const { data, steps, lengths } = block;
    const { inputs } = binning;
    const stride = random.length * inputs;
    if (masks) {
      random.forEach((own, i) => {
        maskSequence({ data, at: i * inputs, stride, steps: lengths?.[i] ?? steps, inputs }, masks, own);
      });
    }
    if (!cutMix) return block;
    const targets = oneHot(pickNumbers(this.labels, indices), this.classes);
    timeCutMix(block, targets, this.classes, random[0]!, cutMix);
    return { ...block, targets };
  }

  select(indices: ArrayLike<number>): SequenceDataset {
    return new SpikeSequences(this.shared, this.resolve(indices));
  }

  /** The samples of the whole data set behind these indices. */
  private resolve(indices: ArrayLike<number>): Uint32Array {
    if (indices.length === 0) {
      throw new ShapeError(
        `spikeSequences: expected at least one index, got 0. Ask for some samples of ${this.name}.`,
      );
    }
    return Uint32Array.from(indices, (index) => {
      const sample = this.members[index];
      if (sample !== undefined) return sample;
      throw new ShapeError(
        `spikeSequences: expected indices from 0 to ${this.count - 1}, got ${index}. ${this.name} has ${this.count} samples.`,
      );
    });
  }
}
