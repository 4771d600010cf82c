/** What decides which runs of a sweep are made, and in which order. */
import type { RunLine, Settings } from "../results/index.ts";

/** A training that a search wants. */
export interface Wanted {
  readonly settings: Settings;
  readonly seed: number;
  /** Only so many epochs for now; all of them when absent. */
  readonly until?: number;
}

/** What came of it: numbers of the objectives, or nothing of a run that failed. */
export interface Told {
  readonly values: Readonly<Record<string, number>> | undefined;
}

/** A run that a search has given up after some epochs. */
export interface GivenUp extends Wanted, Told {
  readonly until: number;
}

/** A way through the space of a sweep. The same results lead to the same way. */
export interface Search {
  /** How many runs there will be, stopped ones too. */
  readonly runs: number;
  /** How many may go on at the same time at most, so that results can lead the way. */
  readonly parallel?: number;
  /** The next training; "wait" for results of those that were given out; undefined at the end. */
  next(): Promise<Wanted | "wait" | undefined>;
  /**
   * Says what came of a training.
   *
   * @returns the runs that are given up because of it
   */
  tell(wanted: Wanted, told: Told): Promise<readonly GivenUp[]>;
  /** Ends what it needed. */
  close(): Promise<void>;
}

/** What a search may know from before: runs that have ended. */
export type Past = readonly RunLine[];
