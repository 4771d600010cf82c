import { checkArray, checkInteger, checkNumbers, refuse } from "@myelin/core/checks";
import type { SkipCounts } from "./decoding/index.ts";
import type { Events } from "./event-chunk.ts";

/**
 * A set of labelled event-camera recordings that are read when they are asked for, so that a set may be larger than
 * memory.
 */
export interface EventRecordings {
  readonly name: string;
  /** Number of recordings. */
  readonly count: number;
  readonly classNames: readonly string[];
  /** The class of each recording: an index into `classNames`, [count]. */
  readonly labels: Uint32Array;
  /** Columns and rows of the sensor: every recording lies inside. */
  readonly width: number;
  readonly height: number;
  /** Who or what each recording comes from (a person, a lighting condition), [count]; absent when unknown. */
  readonly sources?: Uint32Array;
  /** The time 0 of each recording's trial on its clock, microseconds, [count]; 0 if absent. */
  readonly trialStartsUs?: ArrayLike<number>;
  /** What was passed over while reading so far; absent where nothing can be. */
  readonly skipped?: Readonly<SkipCounts>;
  /**
   * Recording `index`, with the `width` and `height` of the set.
   *
   * @throws FormatError if the file is damaged, MyelinError if it cannot be read or `index` is out of range
   */
  read(index: number): Promise<Events>;
  /** Gives back open files. Afterwards `read` may fail. Sets without open files do nothing. */
  close(): Promise<void>;
}

/**
 * Requires a set of recordings.
 *
 * @throws MyelinError for anything else
 */
export function checkRecordings(symbol: string, recordings: EventRecordings): EventRecordings {
  const { read, classNames, labels, count } = (recordings ?? {}) as Partial<EventRecordings>;
  if (typeof read !== "function") refuse(symbol, "recordings such as loadEvents gives", recordings);
  checkInteger(`${symbol}.count`, count, { min: 0 }, "It is the number of recordings.");
  checkArray(`${symbol}.classNames`, classNames as readonly string[], "an array of names");
  checkNumbers(`${symbol}.labels`, labels as Uint32Array, "They are the class of each recording.");
  return recordings;
}
