/**
 * Labelled spike trains over numbered units, held in memory as they were stored: 4 bytes per spike for the Heidelberg
 * data sets. Sample `n` has the spikes `offsets[n] .. offsets[n + 1] - 1`, in ascending order of time.
 */
export interface SpikeDataset {
  readonly name: string;
  readonly count: number;
  readonly classes: number;
  /** What each label stands for, `classes` names. */
  readonly classNames: readonly string[];
  /** uint32 [count], each 0 .. classes-1. */
  readonly labels: Uint32Array;
  /** How many units there are; 700 for the Heidelberg data sets. */
  readonly units: number;
  /** Time of each spike [spikes] in seconds since the start of the recording, as {@link SpikeTimes} says. */
  readonly times: SpikeTimes;
  /** uint16 [spikes]: the unit that fired, 0 .. units-1. */
  readonly unitIds: Uint16Array;
  /** uint32 [count + 1]: where each sample's spikes begin, and the end of the last. */
  readonly offsets: Uint32Array;
  /** uint32 [count]: who speaks in each sample; absent when unknown. */
  readonly sources?: Uint32Array;
}

/** Times in seconds: a `Uint16Array` holds the bits of IEEE 754 half floats, as the files of SHD do. */
export type SpikeTimes = Uint16Array | Float32Array;

/**
 * What {@link spikeDataset} needs; `count` and `classes` follow from the rest. Labels and sources may be arrays of any
 * kind.
 */
export type SpikeDatasetParts = Omit<SpikeDataset, "count" | "classes" | "labels" | "sources"> & {
  readonly labels: ArrayLike<number>;
  readonly sources?: ArrayLike<number>;
};
