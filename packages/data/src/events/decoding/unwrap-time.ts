import type { TimingCounts } from "./counts.ts";

/**
 * Continues a time counter of a fixed number of bits beyond its wrap-arounds. Of all times that a counter can stand
 * for, the one nearest to the time before is taken; so a wrap is told from an event that arrives a little late.
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
    const half = this.#range / 2;
    if (step < -half) this.#turn(1);
    else if (step > half && this.#added > 0) this.#turn(-1);
    this.#last = raw;
    return raw + this.#added;
  }

  #turn(rounds: number): void {
    this.#added += rounds * this.#range;
    this.#timing.wraps += rounds;
  }
}
