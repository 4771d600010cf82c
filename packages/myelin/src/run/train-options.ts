import type { BackendName } from "@myelin/core";
import type { BatchInfo, Communicator } from "@myelin/core/training";
import type { Recipe } from "../recipe/index.ts";
import type { EpochMetrics, Result, SamplePart } from "../records/index.ts";
import type { RunFolder } from "./folder.ts";
import type { InitialWeights } from "./init.ts";
import type { TrainerHooks } from "./trainer.ts";

/** How far data are made ready. */
export interface DataProgress {
  readonly done: number;
  readonly total: number;
}

/** What a person watching wants to know, as it happens. */
export interface Watcher {
  /** While sounds of one's own are heard. */
  data?(progress: DataProgress): void;
  start(info: StartInfo): void;
  batch(info: BatchInfo): void;
  epoch(line: EpochMetrics): void;
  /** What is said once, such as where weights of a file went. */
  note?(text: string): void;
}

/** What is known before the first batch. */
export interface StartInfo {
  readonly recipe: Recipe;
  readonly folder: string;
  readonly parameters: number;
  readonly backend: string;
  /** What the data set calls itself. */
  readonly data: string;
  readonly samples: Result["samples"];
  /** Which samples of the test set are used, if not all. */
  readonly testPart?: SamplePart | undefined;
  readonly stepsPerEpoch: number;
  /** Steps done before, when a run is resumed. */
  readonly step: number;
}

/** A run to begin or to go on with. */
export interface TrainOptions {
  readonly recipe: Recipe;
  readonly folder: RunFolder;
  readonly dataDir?: string | undefined;
  readonly backend?: BackendName | undefined;
  /** Stops training after the running batch. */
  readonly signal: { readonly aborted: boolean };
  readonly watcher: Watcher;
  /** Writes event files for TensorBoard into the folder too. */
  readonly log?: "tensorboard" | undefined;
  /** Weights to begin with; a run that goes on has its own. */
  readonly init?: InitialWeights | undefined;
  /** Threads of the engine, before what the recipe says. */
  readonly threads?: number | undefined;
  /** The processes that train together; the first of them writes the folder. */
  readonly communicator?: Communicator | undefined;
  /** Told what steps do next, for a trace. */
  readonly onPhase?: TrainerHooks["onPhase"];
}
