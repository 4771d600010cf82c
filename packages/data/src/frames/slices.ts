import { ShapeError } from "@myelin/core";
import { checkInteger, checkNumber, checkOptions } from "@myelin/core/checks";
import { firstAtOrAfter } from "../event-transforms/index.ts";
import { checkAscending } from "../events/index.ts";

/** Runs of events, one per time step: step j takes the events `starts[j] .. ends[j] - 1`. Both have T elements. */
export interface Slices {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Upper limit of T: more steps than any network takes, few enough to be held in memory. */
const MAX_STEPS = 1 << 20;

/**
 * T slices with the same number of events. With N events, step j takes the events
 *
 *   floor(N / T) * j  .. floor(N / T) * (j + 1) - 1        j < T - 1
 *   floor(N / T) * j  .. N - 1                             j = T - 1: the remainder goes to the last step
 *
 * With fewer events than steps, all steps but the last are empty.
 *
 * @throws MyelinError unless `steps` is an integer from 1 to 2^20
 * @source SpikingJelly, `split_by='number'`
 */
export function sliceByNumber(count: number, steps: number): Slices {
  checkSteps("sliceByNumber.steps", steps);
  checkCount("sliceByNumber.count", count);
  const share = Math.floor(count / steps);
  return fromBoundaries(steps, (j) => (j === steps ? count : share * j));
}

/**
 * T slices of the same duration. With events at t[0] <= ... <= t[N-1], a start s and d = floor((t[N-1] - s) / T), step j
 * takes the events with
 *
 *   s + d j <= t < s + d (j + 1)      j < T - 1
 *   s + d j <= t                      j = T - 1: the remainder goes to the last step
 *
 * Where no event falls into a step its frame is empty; SpikingJelly's function fails there.
 *
 * @param t microseconds, ascending
 * @param startUs s; t[0] if left out. Earlier events belong to no step
 * @throws MyelinError unless `steps` is an integer from 1 to 2^20, times ascend and none but finite numbers are given
 * @source SpikingJelly, `split_by='time'`
 */
export function sliceByTime(t: Float64Array, steps: number, startUs?: number): Slices {
  checkSteps("sliceByTime.steps", steps);
  checkAscending("sliceByTime", t);
  const count = t.length;
  const first = checkStart("sliceByTime.startUs", startUs === undefined ? (t[0] ?? 0) : startUs);
  const duration = Math.max(0, Math.floor(((t[count - 1] ?? 0) - first) / steps));
  return fromBoundaries(steps, (j) => (j === steps ? count : firstAtOrAfter(t, first + duration * j)));
}

/**
 * Slices of `durationUs` each, from a start s on, as many as the recording needs. With times counted from s,
 * T = ceil(t[N-1] / durationUs), at least 1, and step j takes the events with
 *
 *   floor(t / durationUs) = j      j < T - 1
 *   floor(t / durationUs) >= j     j = T - 1
 *
 * so that an event exactly at the end of the last step still belongs to it.
 *
 * @param t microseconds, ascending
 * @param startUs s; t[0] if left out. Earlier events belong to no step
 * @throws MyelinError unless `durationUs` is above 0 and gives at most 2^20 steps, and times ascend
 * @source SpikingJelly, `integrate_events_by_fixed_duration`
 */
export function sliceByDuration(t: Float64Array, durationUs: number, startUs?: number): Slices {
  checkDuration("sliceByDuration.durationUs", durationUs);
  checkAscending("sliceByDuration", t);
  const count = t.length;
  const first = checkStart("sliceByDuration.startUs", startUs === undefined ? (t[0] ?? 0) : startUs);
  const steps = Math.max(1, Math.ceil(((t[count - 1] ?? 0) - first) / durationUs));
  checkDerivedSteps("sliceByDuration", steps, `slices of ${durationUs} us`);
  return fromBoundaries(steps, (j) => (j === steps ? count : firstAtOrAfter(t, first + durationUs * j)));
}

/**
 * T slices of `durationUs` each from `startUs` on: step j takes the events with
 * `startUs + durationUs j <= t < startUs + durationUs (j + 1)`. Events outside belong to no step.
 *
 * @param t microseconds, ascending
 * @throws MyelinError unless `steps` is an integer from 1 to 2^20, `durationUs` is above 0, `startUs` is finite and times ascend
 */
export function sliceWindow(
  t: Float64Array,
  window: { readonly startUs: number; readonly durationUs: number; readonly steps: number },
): Slices {
  const known = { startUs: true, durationUs: true, steps: true } as const;
  const { startUs, durationUs, steps } = checkOptions(
    "sliceWindow",
    window,
    known,
    "{ startUs: 0, durationUs: 1000, steps: 10 }",
  );
  checkSteps("sliceWindow.steps", steps);
  checkDuration("sliceWindow.durationUs", durationUs);
  checkStart("sliceWindow.startUs", startUs);
  checkAscending("sliceWindow", t);
  return fromBoundaries(steps, (j) => firstAtOrAfter(t, startUs + durationUs * j));
}

/**
 * Slices of `events` events each, as many as the recording needs: step j takes the events
 * `events * j .. min(events * (j + 1), N) - 1`. The last one holds the remainder. At least one step.
 *
 * @throws MyelinError unless `events` is an integer >= 1 and gives at most 2^20 steps
 */
export function sliceByCount(count: number, events: number): Slices {
  checkCount("sliceByCount.count", count);
  checkInteger("sliceByCount.events", events, { min: 1 }, "It is the number of events per step.");
  const steps = Math.max(1, Math.ceil(count / events));
  checkDerivedSteps("sliceByCount", steps, `slices of ${events} events`);
  return fromBoundaries(steps, (j) => Math.min(count, events * j));
}

/** Slices that follow each other without gaps: step j goes from boundary j to boundary j + 1. */
function fromBoundaries(steps: number, boundary: (j: number) => number): Slices {
  const starts = new Uint32Array(steps);
  const ends = new Uint32Array(steps);
  let start = boundary(0);
  for (let j = 0; j < steps; j++) {
    starts[j] = start;
    start = boundary(j + 1);
    ends[j] = start;
  }
  return { starts, ends };
}

/** @throws MyelinError unless `steps` can be a T */
export function checkSteps(symbol: string, steps: unknown): number {
  const hint = "T is the number of time steps; 10 is usual for N-MNIST.";
  return checkInteger(symbol, steps, { min: 1, max: MAX_STEPS }, hint);
}

/** @throws MyelinError unless `durationUs` is a duration */
export function checkDuration(symbol: string, durationUs: unknown): number {
  return checkNumber(symbol, durationUs, { above: 0 }, "Durations are in microseconds: 1000 is 1 ms.");
}

/** @throws MyelinError unless `startUs` is a time */
export function checkStart(symbol: string, startUs: unknown): number {
  return checkNumber(symbol, startUs, {}, "It is a time of the recording, in microseconds.");
}

function checkCount(symbol: string, count: unknown): void {
  checkInteger(symbol, count, { min: 0 }, "It is the number of events.");
}

function checkDerivedSteps(symbol: string, steps: number, what: string): void {
  if (steps <= MAX_STEPS) return;
  throw new ShapeError(
    `${symbol}: expected at most ${MAX_STEPS} steps, got ${steps} ${what} in this recording. ` +
      `Take longer slices, or a shorter part of the recording.`,
  );
}
