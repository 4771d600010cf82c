import {
  checkArray,
  checkFunction,
  checkInstance,
  checkInteger,
  checkNumber,
  checkOptions,
} from "../checks.ts";
import { MyelinError } from "../errors.ts";
import { warn } from "../warnings.ts";
import { SCHEDULE_DEFAULTS } from "./defaults.ts";
import { Optimizer, type Rates } from "./optimizer.ts";

/**
 * Learning rate (and momentum) as a pure function of the step index, so a resumed run needs no
 * schedule state. The index counts batches or epochs, as the caller likes, from 0.
 */
export class Schedule {
  readonly #rates: (index: number, initial: Rates, group: number) => Rates;

  /** @param rates rates at an index, for a group's initial rates and its number */
  constructor(rates: (index: number, initial: Rates, group: number) => Rates) {
    this.#rates = checkFunction("Schedule.rates", rates, "a function of index, initial rates and group");
  }

  /** The rates at `index` for a group that started with `initial`. */
  at(index: number, initial: Rates, group = 0): Rates {
    checkInteger("Schedule.at.index", index, { min: 0 });
    checkOptions("Schedule.at.initial", initial, { lr: true, momentum: true }, "{ lr: 0.01, momentum: 0 }");
    checkNumber("Schedule.at.initial.lr", initial.lr, { min: 0 });
    checkNumber("Schedule.at.initial.momentum", initial.momentum, { min: 0 });
    checkInteger("Schedule.at.group", group, { min: 0 });
    return this.#rates(index, initial, group);
  }

  /** Sets the rates of all groups of `optimizer`. */
  apply(optimizer: Optimizer, index: number): void {
    checkInstance("Schedule.apply.optimizer", optimizer, Optimizer, "an optimiser such as `new Adam(...)`");
    optimizer.groups.forEach((group, i) => optimizer.setRates(i, this.at(index, group.initial, i)));
  }
}

function checkSchedule(symbol: string, schedule: Schedule): void {
  checkInstance(symbol, schedule, Schedule, "a schedule such as `cosineAnnealing({ tMax: 100 })`");
}

/** From `from` (share 0) to `to` (share 1) along half a cosine. */
function cosine(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
}

/**
 * lr = etaMin + (lr0 - etaMin) (1 + cos(pi i / tMax)) / 2; after tMax it rises again, of
 * which `onWarning` hears.
 * @source Loshchilov & Hutter, ICLR 2017, eq. 5 without restarts; PyTorch `CosineAnnealingLR`
 */
export function cosineAnnealing(options: { readonly tMax: number; readonly etaMin?: number }): Schedule {
  checkOptions("cosineAnnealing", options, { tMax: true, etaMin: true }, "{ tMax: 100 }");
  const tMax = checkInteger("cosineAnnealing.tMax", options.tMax, { min: 1 });
  const etaMin = checkNumber(
    "cosineAnnealing.etaMin",
    options.etaMin ?? SCHEDULE_DEFAULTS.cosineAnnealing.etaMin,
    { min: 0 },
  );
  let isWarned = false;
  return new Schedule((index, { lr, momentum }) => {
    if (index > tMax && !isWarned) warnOfRise(tMax);
    isWarned ||= index > tMax;
    return { lr: cosine(lr, etaMin, index / tMax), momentum };
  });
}

function warnOfRise(tMax: number): void {
  warn(
    `cosineAnnealing: expected an index up to tMax ${tMax}, got one beyond it, where the rate rises again. ` +
      'tMax counts what the schedule\'s index counts, batches unless scheduleUnit is "epoch".',
  );
}

/** lr = lr0 gamma^floor(i / stepSize). */
export function step(options: { readonly stepSize: number; readonly gamma?: number }): Schedule {
  checkOptions("step", options, { stepSize: true, gamma: true }, "{ stepSize: 30 }");
  const stepSize = checkInteger("step.stepSize", options.stepSize, { min: 1 });
  const gamma = checkNumber("step.gamma", options.gamma ?? SCHEDULE_DEFAULTS.step.gamma, { above: 0 });
  return new Schedule((index, { lr, momentum }) => ({
    lr: lr * gamma ** Math.floor(index / stepSize),
    momentum,
  }));
}

/**
 * lr = lr0 (i + 1) / steps for the first `steps` indices; then the schedule `then` from its own
 * index 0, or lr0.
 */
export function warmup(options: { readonly steps: number; readonly then?: Schedule }): Schedule {
  checkOptions("warmup", options, { steps: true, then: true }, "{ steps: 100 }");
  const steps = checkInteger("warmup.steps", options.steps, { min: 1 });
  const { then } = options;
  if (then !== undefined) checkSchedule("warmup.then", then);
  return new Schedule((index, initial, group) => {
    if (index >= steps) return then?.at(index - steps, initial, group) ?? initial;
    return { lr: (initial.lr * (index + 1)) / steps, momentum: initial.momentum };
  });
}

const DEFAULTS = SCHEDULE_DEFAULTS.oneCycle;

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  /** Highest learning rate. */
  readonly maxLr: number;
  /** Number of indices in the cycle. */
  readonly totalSteps: number;
  /** Share of the cycle in which the rate rises; default 0.3. */
  readonly pctStart?: number;
  /** maxLr / first rate; default 25. */
  readonly divFactor?: number;
  /** First rate / last rate; default 1e4. */
  readonly finalDivFactor?: number;
  /** Lowest and highest momentum (beta1), moving against the rate; default [0.85, 0.95]; null leaves it alone. */
  readonly momentum?: readonly [number, number] | null;
}

const ONE_CYCLE = {
  ...({ maxLr: true, totalSteps: true, pctStart: true, divFactor: true, finalDivFactor: true } as const),
  momentum: "nullable",
} as const;

/**
 * One cycle: from maxLr / divFactor up to maxLr, then down to that start / finalDivFactor, along
 * cosines, while momentum (beta1 of Adam) goes the other way. The group's own rate is not used, and an
 * optimiser without momentum stays without.
 *
 * @source Smith & Topin 2017; PyTorch `OneCycleLR`
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  checkOptions("oneCycle", options, ONE_CYCLE, "{ maxLr: 0.1, totalSteps: 1000 }");
  const maxLr = checkNumber("oneCycle.maxLr", options.maxLr, { above: 0 });
  const totalSteps = checkInteger("oneCycle.totalSteps", options.totalSteps, { min: 1 });
  const pctStart = checkNumber("oneCycle.pctStart", options.pctStart ?? DEFAULTS.pctStart, {
    min: 0,
    max: 1,
  });
  const startLr =
    maxLr / checkNumber("oneCycle.divFactor", options.divFactor ?? DEFAULTS.divFactor, { above: 0 });
  const endLr =
    startLr /
    checkNumber("oneCycle.finalDivFactor", options.finalDivFactor ?? DEFAULTS.finalDivFactor, { above: 0 });
  const [low, high] = checkMomentum(options.momentum === undefined ? DEFAULTS.momentum : options.momentum);
  const peak = pctStart * totalSteps - 1;
  return new Schedule((index, initial) => {
    checkIndex(index, totalSteps);
    const rising = index <= peak;
    const share = rising ? index / (peak || 1) : (index - peak) / (totalSteps - 1 - peak || 1);
    const lr = rising ? cosine(startLr, maxLr, share) : cosine(maxLr, endLr, share);
    const cycled = rising ? cosine(high, low, share) : cosine(low, high, share);
    const still = options.momentum === null || initial.momentum === 0;
    return { lr, momentum: still ? initial.momentum : cycled };
  });
}

function checkMomentum(range: readonly [number, number] | null): readonly [number, number] {
  if (range !== null) checkArray("oneCycle.momentum", range, "two numbers such as [0.85, 0.95]");
  const [low, high] = range ?? [0, 0];
  checkNumber("oneCycle.momentum[0]", low, { min: 0, below: 1 });
  return [low, checkNumber("oneCycle.momentum[1]", high, { min: low, below: 1 })];
}

function checkIndex(index: number, totalSteps: number): void {
  if (index < totalSteps) return;
  const hint = "Set totalSteps to epochs x batches per epoch.";
  throw new MyelinError(`oneCycle: expected an index below totalSteps ${totalSteps}, got ${index}. ${hint}`);
}

/** A schedule of its own for every parameter group. */
export function perGroup(schedules: readonly Schedule[]): Schedule {
  checkArray("perGroup", schedules, "an array of schedules", checkSchedule);
  return new Schedule((index, initial, group) => {
    const schedule = schedules[group];
    if (schedule === undefined) {
      throw new MyelinError(
        `perGroup: expected a schedule per group, got ${schedules.length} for group ${group}.`,
      );
    }
    return schedule.at(index, initial, group);
  });
}
