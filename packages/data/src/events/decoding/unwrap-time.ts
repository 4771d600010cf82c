import type { TimingCounts } from "./counts.ts";

/** An event that is late by less than this part of the counter's range belongs before the wrap-around. */
const LATE = 1 / 64;

/**
 * Continues a time counter of a fixed number of bits beyond its wrap-arounds: the counter has wrapped where it falls by
 * more than half its range. Smaller falls are steps back in time, also where they cross a wrap-around.
 */
export class UnwrappedTime {
  readonly #range: number;
  readonly #timing: TimingCounts;
  #added = 0;
  #last = 0;

  constructor(bits: number, timing: TimingCounts) {
    this.#range = 2 ** bits;
    this.#timing = timing;
  }

  /** The time that the counter value `raw`, from 0 to 2^bits - 1, stands for. */
  next(raw: number): number {
    const step = raw - this.#last;
    const range = this.#range;
    if (step < -range / 2) this.#turn(1);
    else if (step > range - LATE * range && this.#added > 0) this.#turn(-1);
    this.#last = raw;
    return raw + this.#added;
  }

  #turn(rounds: number): void {
    this.#added += rounds * this.#range;
    this.#timing.wraps += rounds;
  }
}
