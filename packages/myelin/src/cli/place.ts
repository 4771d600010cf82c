/** Where `--on` says that trainings are made. */
import { availableParallelism } from "node:os";
import { MyelinError } from "@myelin/core";
import { LocalPlace, NatsPlace, SlurmPlace, type Following, type Place } from "../sweep/index.ts";

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

/** What a place needs to know of the list that is trained. */
export interface PlaceNeeds {
  /** Names the list on a server. */
  readonly id: string;
  readonly name: string;
  /** Where its runs go. */
  readonly folder: string;
  readonly retry: boolean;
}

/**
 * Makes the place that the options name.
 *
 * @throws MyelinError for a place that there is not
 */
export function placeFor(
  { on, jobs, threads = 1 }: PlaceFlags,
  { id, name, folder, retry }: PlaceNeeds,
): (following: Following) => Place | Promise<Place> {
  if (on === "local") return (following) => new LocalPlace(jobs ?? usualJobs(threads), following);
  if (on === "slurm") return (following) => SlurmPlace.begin({ name, folder, threads, retry }, following);
  if (isQueue(on)) return (following) => NatsPlace.begin({ url: on, sweep: id, retry }, following);
  throw new MyelinError(`--on ${on}: expected local, slurm or nats://HOST, got another place.`);
}

/** Whether a text is the address of a NATS server. */
export function isQueue(text: string): boolean {
  return /^(nats|tls):\/\/\S+$/.test(text);
}
