import { randomBits } from "@myelin/core/ops";

/** Parameters of the bushy cell, in seconds; defaults as in the Heidelberg data sets. */
export interface BushyCellOptions {
  /** Nerve fibres that converge on it; 40. */
  readonly fibres?: number;
  /** Time constant of the membrane; 1 ms. */
  readonly tauMem?: number;
  /** Time constant of the synapses; 0.5 ms. */
  readonly tauSyn?: number;
  /** Refractory time of fibres and cell; 1 ms. */
  readonly tauRefrac?: number;
  /** Sum of the weights of all fibres; 13000 per second. */
  readonly weight?: number;
}

/** The nerve fibres of one hair cell after a step. */
export interface FibreState {
  /** Steps so far. */
  step: number;
  /** Fibres that have fired within their refractory time. */
  refractory: number;
  /** How many have fired in each of the latest steps, as far back as that time reaches. */
  recent: Float64Array;
}

/** For how many steps after that in which it fires a fibre is refractory. */
function refractorySteps(dt: number, { tauRefrac = 1e-3 }: BushyCellOptions): number {
  return Math.max(0, Math.ceil(tauRefrac / dt - 1e-9) - 1);
}

/** Nerve fibres none of which has fired. */
export function fibresAtRest(dt: number, options: BushyCellOptions): FibreState {
  return { step: 0, refractory: 0, recent: new Float64Array(refractorySteps(dt, options)) };
}

/**
 * How many of the fibres of one hair cell fire in each step. Each fibre fires with the given chance unless it did within
 * its refractory time. Fibres are alike, so only their number is drawn, which has the same distribution: binomial, of
 * those that are not refractory.
 *
 * @param probability f64 [T], chance of firing in a step, overwritten with the numbers
 * @param key of the random numbers, one per step
 * @param state where they begin, overwritten with where they end; at rest if left out
 */
export function nerveFibres(
  probability: Float64Array,
  steps: number,
  dt: number,
  options: BushyCellOptions,
  key: number,
  state: FibreState = fibresAtRest(dt, options),
): void {
  const { fibres = 40 } = options;
  const { recent, step } = state;
  const window = recent.length;
  for (let t = 0; t < steps; t++) {
    const uniform = (randomBits(key, step + t) >>> 8) * 2 ** -24;
    const count = binomial(fibres - state.refractory, probability[t]!, uniform);
    probability[t] = count;
    state.refractory += count - (t >= window ? probability[t - window]! : recent[t]!);
  }
  if (steps < window) recent.copyWithin(0, steps);
  for (let t = Math.max(0, steps - window); t < steps; t++) recent[window - steps + t] = probability[t]!;
  state.step += steps;
}

/** The binomially distributed number to which a uniform one in [0, 1) belongs. */
function binomial(n: number, p: number, uniform: number): number {
  if (uniform < 1 - n * p) return 0; // (1 - p)^n is not less: the usual case needs no power
  if (p >= 1) return n;
  let term = Math.exp(n * Math.log1p(-p));
  let sum = term;
  let k = 0;
  while (uniform >= sum && k < n) {
    term *= ((n - k) / (k + 1)) * (p / (1 - p));
    sum += term;
    k++;
  }
  return k;
}

/** A bushy cell after a step. */
export interface BushyCellState {
  /** Membrane potential. */
  v: number;
  /** Synaptic current. */
  i: number;
  /** Steps until it can be charged again. */
  refractory: number;
}

/** A bushy cell in silence. */
export function bushyCellAtRest(): BushyCellState {
  return { v: 0, i: 0, refractory: 0 };
}

/**
 * A leaky integrate-and-fire cell behind nerve fibres:
 *
 *   1. v >= 1: a spike in the step before, then v = 0 and refractory for tauRefrac
 *   2. v = v e^(-dt / tauMem)                                            unless it has just fired
 *   3. i = i e^(-dt / tauSyn) + number of fibres that fire
 *   4. v += i dt weight / fibres                                         unless refractory
 *
 * The spike belongs to the step in which v crosses the threshold; what crosses it in the last step comes too late to be
 * seen.
 *
 * @param counts f64 [T], fibres that fire in each step
 * @param spike called with each step in which the cell fires; -1 is the last of the call before
 * @param state where it begins, overwritten with where it ends; at rest if left out
 * @source Cramer, Stradmann, Schemmel & Zenke 2020, with the parameters and the order of LAUSCHER as it was when the
 * data sets were made; its later versions note the step after
 */
export function bushyCell(
  counts: Float64Array,
  steps: number,
  dt: number,
  options: BushyCellOptions,
  spike: (step: number) => void,
  state: BushyCellState = bushyCellAtRest(),
): void {
  const { fibres = 40, tauMem = 1e-3, tauSyn = 5e-4, tauRefrac = 1e-3, weight = 13e3 } = options;
  const keepMem = Math.exp(-dt / tauMem);
  const keepSyn = Math.exp(-dt / tauSyn);
  const charge = (weight / fibres) * dt;
  const pause = tauRefrac / dt;
  let { v, i, refractory } = state;
  for (let t = 0; t < steps; t++) {
    const fires = v >= 1 && refractory <= 0;
    v = fires ? 0 : v * keepMem;
    if (fires) {
      refractory = pause;
      spike(t - 1);
    }
    i = i * keepSyn + counts[t]!;
    if (refractory <= 1e-9) v += i * charge;
    refractory--;
  }
  Object.assign(state, { v, i, refractory });
}
