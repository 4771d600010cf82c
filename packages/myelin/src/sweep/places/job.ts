/** A training that a place is given, and what came of it. */
import type { Recipe } from "../../recipe/index.ts";
import type { EpochMetrics, Result } from "../../records/index.ts";

/** A training, as plain data that travels between processes and machines. */
export interface Job {
  /** What tells the run from others. */
  readonly run: string;
  readonly recipe: Recipe;
  /** Where it is trained. */
  readonly folder: string;
  /** Stops, saved, after so many epochs; trains all of them when absent. */
  readonly until?: number | undefined;
  readonly dataDir?: string | undefined;
  /** Draws report.html at the end. */
  readonly report?: boolean | undefined;
}

/** How a training ended. */
export type Outcome =
  | { readonly state: "finished"; readonly result: Result; readonly worker: string }
  /** It has come to the epoch where it was to stop. */
  | { readonly state: "paused"; readonly line: EpochMetrics; readonly worker: string }
  | { readonly state: "failed"; readonly message: string; readonly worker: string }
  /** Its process was asked to stop; it is saved and can go on. */
  | { readonly state: "interrupted" };

/** How far a training is, from 0 to 1, and in which epoch. */
export interface JobProgress {
  readonly share: number;
  readonly epoch: number;
  readonly epochs: number;
}

/** What a place says while it works. */
export interface Following {
  progress(run: string, progress: JobProgress): void;
  /** Says something once, such as a warning of a library. */
  note(text: string): void;
}

/** Where trainings are made: processes of this machine, a cluster, workers anywhere. */
export interface Place {
  /** How many jobs it takes at the same time. */
  readonly capacity: number;
  /**
   * Trains. Jobs that were begun before go on where they were.
   *
   * @returns how it ended: what goes wrong with one training is `failed`
   * @throws what makes all further work impossible
   */
  run(job: Job): Promise<Outcome>;
  /** Asks all trainings to save and stop: their outcome is `interrupted`. */
  stop(): void;
  /** Ends the place, after its jobs. */
  close(): Promise<void>;
}
