import type { NetworkDescription } from "../description/index.ts";

/** Mean and standard deviation, one number per channel of pixels on the scale 0 .. 1, or per column of a table. */
export interface PixelNormalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** How pictures become pixels of a data set. */
export interface PictureFitting {
  /** What happens to pictures of other proportions: they are stretched (if left out), cropped at both sides, or padded. */
  readonly fit?: "stretch" | "crop" | "pad" | undefined;
  /** What is behind transparent pixels and beside padded pictures; black if left out. */
  readonly background?: "black" | "white" | undefined;
}

/** Still images, channels first: pixels of 0 .. 255, divided by 255 and normalised. */
export interface ImageInput extends PictureFitting {
  readonly kind: "image";
  /** [channels, height, width] */
  readonly shape: readonly number[];
  readonly normalise?: PixelNormalisation | undefined;
}

/** Spike trains, counted in steps of time and groups of units. */
export interface SpikesInput {
  readonly kind: "spikes";
  readonly units: number;
  /** Length of a time step in milliseconds. */
  readonly timeStep: number;
  /** How many neighbouring units are added up to one input. */
  readonly pool: number;
  /** What time 0 is: a sample's first spike, or the start of its recording. */
  readonly origin: "firstSpike" | "recording";
  /** Spikes from this time on are left out, in milliseconds. */
  readonly maxTime?: number | undefined;
  /** Whether the zeros behind shorter samples of a batch are left out ("masked", if left out) or count. */
  readonly padding?: "masked" | "paper" | undefined;
  /** How sounds become such spikes: options of `createCochlea` of `@myelin/data`. */
  readonly cochlea?: object | undefined;
}

/** Recordings of event cameras, as frames. `@myelin/data` makes these: `recordingFrames(events, run.description.input)`. */
export interface EventsInput {
  readonly kind: "events";
  /** [2, height, width], OFF before ON */
  readonly shape: readonly number[];
  /** How events become frames, as `frameEvents` of `@myelin/data` takes it. */
  readonly framing: object;
  /** What is done to a recording before, by name: `[{ "downsample": { "factor": 2 } }]`. */
  readonly transforms: readonly Readonly<Record<string, object>>[];
  readonly seed: number;
}

/** Numbers: a sample of `shape`, or a sequence of them. */
export interface ValuesInput {
  readonly kind: "values";
  readonly shape: readonly number[];
  readonly sequence: boolean;
  /** What each number of a sample that is one row is called, as the columns of its table. */
  readonly columns?: readonly string[] | undefined;
  /** `(value - mean) / std` for each of them; they are taken as they are if left out. */
  readonly normalise?: PixelNormalisation | undefined;
}

/** What a sample is, and how it becomes the input of the network. */
export type InputDescription = ImageInput | SpikesInput | EventsInput | ValuesInput;

/** How still inputs in 0 .. 1 become spikes; a network that repeats them itself has none. */
export type EncoderDescription =
  | { readonly type: "poisson"; readonly steps: number }
  | { readonly type: "latency"; readonly steps: number }
  | { readonly type: "delta"; readonly steps: number; readonly threshold: number; readonly signed: boolean };

/** How outputs over time become a score per class: their mean, the sum of their softmax, or their maximum. */
export type ScoreReading = "mean" | "sumOfSoftmax" | "max";

/** What a network was trained on, and how well it does. */
export interface TrainingRecord {
  /** Name of the run. */
  readonly name: string;
  /** What the data set calls itself. */
  readonly data: string;
  /** Epochs that were trained. */
  readonly epochs: number;
  readonly seed: number;
  /** 0 .. 1; absent until the run has ended. */
  readonly testAccuracy?: number | undefined;
  /** SHA-256 of the recipe and seed. */
  readonly recipe: string;
  /** Version of Myelin. */
  readonly version: string;
  /** When the file was written, ISO 8601. */
  readonly date: string;
}

/** Everything that a trained network is, beside its weights. */
export interface RunDescription {
  readonly network: NetworkDescription;
  readonly input: InputDescription;
  readonly encoder?: EncoderDescription | undefined;
  readonly reading: ScoreReading;
  /** The loss of a plugin that says how scores are read in place of that, with its options. */
  readonly ownScores?: { readonly loss: string; readonly options: object } | undefined;
  /** What each class stands for. */
  readonly classNames: readonly string[];
  readonly training?: TrainingRecord | undefined;
}
