/** Gives trainings to a place, as many as it takes, until there are no more. */
import type { Job, Outcome, Place } from "../places/index.ts";

/** Where trainings come from. */
export interface Source<T> {
  /** The next one; "wait" for the end of others; undefined when there are no more. */
  next(): Promise<T | "wait" | undefined>;
  /** What has to be trained for it; an outcome where that is known already. */
  job(task: T): Promise<Job | Outcome> | Job | Outcome;
  /** Takes what came of it; one call after another. */
  settle(task: T, outcome: Outcome): Promise<void>;
}

/**
 * Trains everything that `source` has.
 *
 * @param most how many at the same time, if fewer than the place takes
 * @param signal stops: trainings are saved, nothing new begins
 * @throws what `source` or the place throws; all trainings are stopped then
 */
export async function work<T>(
  source: Source<T>,
  place: Place,
  { most = Infinity, signal }: { readonly most?: number | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const stop = (): void => place.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await new Crew(source, place, Math.min(most, place.capacity), signal).work();
  } catch (error) {
    place.stop();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    await place.close();
  }
}

/** The trainings under way. */
class Crew<T> {
  readonly #source: Source<T>;
  readonly #place: Place;
  readonly #most: number;
  readonly #signal: AbortSignal;
  readonly #ended: (() => Promise<void>)[] = [];
  #active = 0;
  #wake: () => void = () => {};

  constructor(source: Source<T>, place: Place, most: number, signal: AbortSignal) {
    this.#source = source;
    this.#place = place;
    this.#most = most;
    this.#signal = signal;
  }

  async work(): Promise<void> {
    do {
      await this.#fill();
      if (this.#active === 0 && this.#ended.length === 0) return;
      if (this.#ended.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      for (const settle of this.#ended.splice(0)) await settle();
    } while (true);
  }

  async #fill(): Promise<void> {
    while (this.#active < this.#most && !this.#signal.aborted) {
      const task = await this.#source.next();
      if (task === undefined || task === "wait") return;
      const job = await this.#source.job(task);
      if ("state" in job) await this.#source.settle(task, job);
      else this.#begin(task, job);
    }
  }

  #begin(task: T, job: Job): void {
    this.#active++;
    const end = (settle: () => Promise<void>): void => {
      this.#active--;
      this.#ended.push(settle);
      this.#wake();
    };
    this.#place.run(job).then(
      (outcome) => end(() => this.#source.settle(task, outcome)),
      (error: Error) => end(() => Promise.reject(error)),
    );
  }
}
