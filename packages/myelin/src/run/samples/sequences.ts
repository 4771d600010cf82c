import { sequenceBatches, type Batch, type OrderOptions, type SequenceDataset } from "@myelin/data";
import type { Samples } from "./samples.ts";

/** Sequences: spike trains or frames of events. */
export class SequenceSamples implements Samples {
  readonly sequence = true;
  readonly #dataset: SequenceDataset;

  readonly clips: number;

  /** @param clips samples that each recording gives */
  constructor(dataset: SequenceDataset, clips = 1) {
    this.#dataset = dataset;
    this.clips = clips;
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
