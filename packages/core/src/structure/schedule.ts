import { checkInteger, checkNumber, checkOneOf } from "../checks.ts";
import { STRUCTURE_DEFAULTS } from "./defaults.ts";

const DEFAULTS = STRUCTURE_DEFAULTS;

/** How the exchanged share of connections goes on: as it is, or down to zero along half a cosine. */
export type FractionSchedule = "constant" | "cosine";

/** When connections are exchanged, and how many. */
export interface ExchangeOptions {
  /** Share of a layer's connections that is exchanged at an update, 0..1; default 0.3. */
  readonly fraction?: number;
  /** `fraction` throughout, or fraction / 2 (1 + cos(pi step / last)); default "cosine". */
  readonly fractionSchedule?: FractionSchedule;
  /** Optimiser steps from one update to the next, >= 1; default 100. */
  readonly updateInterval?: number;
  /** Share of all steps after which the structure stays as it is, 0..1; default 0.75. */
  readonly end?: number;
  /** Optimiser steps of the whole training. */
  readonly totalSteps: number;
}

/** Answers when updates are due. */
export class ExchangeSchedule {
  readonly #fraction: number;
  readonly #isConstant: boolean;
  readonly #interval: number;
  readonly #last: number;

  /** @throws MyelinError for an option out of range */
  constructor(owner: string, options: ExchangeOptions) {
    const { fraction = DEFAULTS.fraction, fractionSchedule = DEFAULTS.fractionSchedule } = options;
    const { updateInterval = DEFAULTS.updateInterval, end = DEFAULTS.end } = options;
    this.#fraction = checkNumber(`${owner}.fraction`, fraction, { min: 0, max: 1 });
    const hint = "It counts optimiser steps.";
    this.#interval = checkInteger(`${owner}.updateInterval`, updateInterval, { min: 1 }, hint);
    checkNumber(`${owner}.end`, end, { min: 0, max: 1 }, "It is a share of totalSteps.");
    this.#last = end * checkInteger(`${owner}.totalSteps`, options.totalSteps, { min: 1 }, hint);
    checkOneOf(`${owner}.fractionSchedule`, fractionSchedule, ["constant", "cosine"]);
    this.#isConstant = fractionSchedule === "constant";
  }

  /** Whether connections are exchanged after optimiser step `step` = 1, 2, ... */
  isDue(step: number): boolean {
    return step % this.#interval === 0 && step <= this.#last;
  }

  /** The share that is exchanged then. */
  fraction(step: number): number {
    if (this.#isConstant) return this.#fraction;
    return (this.#fraction / 2) * (1 + Math.cos((Math.PI * step) / this.#last));
  }
}
