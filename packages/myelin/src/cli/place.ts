/** Where `--on` says that trainings are made. */
import { availableParallelism } from "node:os";
import { LocalPlace, type Following, type Place } from "../sweep/index.ts";

/** Options of commands that make many trainings. */
export interface PlaceFlags {
  readonly on: string;
  /** Trainings at the same time. */
  readonly jobs?: number;
  readonly threads?: number;
  readonly dataDir?: string;
}

/** As many processes as keep all cores busy. */
export function usualJobs(threads: number): number {
  return Math.max(1, Math.floor(availableParallelism() / threads));
}

/** Makes the place that the options name. */
export function placeFor({ jobs, threads = 1 }: PlaceFlags): (following: Following) => Place {
  return (following) => new LocalPlace(jobs ?? usualJobs(threads), following);
}
