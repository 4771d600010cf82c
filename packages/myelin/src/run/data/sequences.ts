import { sequenceBatches, type Batch, type OrderOptions, type SequenceDataset } from "@myelin/data";
import type { SamplePart } from "../../records/index.ts";
import type { Samples } from "./samples.ts";

/** Sequences, and which of a set they are. */
export interface LimitedSequences {
  readonly dataset: SequenceDataset;
  readonly part: SamplePart | undefined;
}

/** What is known of sequences beside themselves. */
interface SequencePlace {
  readonly clips?: number;
  readonly part?: SamplePart | undefined;
}

/** Sequences: spike trains or frames of events. */
export class SequenceSamples implements Samples {
  readonly sequence = true;
  readonly #dataset: SequenceDataset;

  readonly clips: number;
  readonly part: SamplePart | undefined;

  /**
   * @param options.clips samples that each recording gives
   * @param options.part which samples of the set `dataset` holds, if not all
   */
  constructor(dataset: SequenceDataset, { clips = 1, part }: SequencePlace = {}) {
    this.#dataset = dataset;
    this.clips = clips;
    this.part = part;
  }

  get name(): string {
    return this.#dataset.name;
  }

  get count(): number {
    return this.#dataset.count;
  }

  get classes(): number {
    return this.#dataset.classes;
  }

  get classNames(): readonly string[] {
    return this.#dataset.classNames;
  }

  get labels(): Uint32Array {
    return this.#dataset.labels;
  }

  get shape(): readonly number[] {
    return this.#dataset.stepShape;
  }

  plain(options: OrderOptions): Iterable<Batch> {
    return sequenceBatches(this.#dataset, options);
  }

  augmented(options: OrderOptions): Iterable<Batch> {
    return sequenceBatches(this.#dataset, { ...options, augment: true });
  }

  select(indices: ArrayLike<number>): SequenceSamples {
    return new SequenceSamples(this.#dataset.select(indices));
  }
}
