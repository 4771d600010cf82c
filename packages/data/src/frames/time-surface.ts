import type { Events } from "../events/index.ts";
import type { FrameBuilder } from "./frame-builder.ts";
import type { Slices } from "./slices.ts";
import { POLARITIES } from "./sparse-frames.ts";

/** Smaller numbers count as 0, so that pixels that were silent for long cost nothing. */
const SMALLEST = 2 ** -24;

/**
 * Builds time surfaces: at the end `e[k]` of step k, how long ago each pixel had its last event of each polarity.
 *
 *   S[k, p, y, x] = exp(-(e[k] - t') / tau)      t' the time of the last event at (p, y, x) in the steps 0 .. k
 *
 * and 0 where there was none yet or S would be below 2^-24. Memory is kept from step to step.
 *
 * @param times `e`, [T], microseconds
 * @source Lagorce et al. 2017, "HOTS: A Hierarchy of Event-Based Time-Surfaces for Pattern Recognition", eq. 3, over the
 * whole sensor
 */
export function addTimeSurface(
  { t, x, y, p, width, height }: Events,
  { starts, ends }: Slices,
  times: Float64Array,
  tauUs: number,
  builder: FrameBuilder,
): void {
  const last = new Float64Array(POLARITIES * height * width).fill(-Infinity);
  for (let step = 0; step < starts.length; step++) {
    for (let i = starts[step]!; i < ends[step]!; i++) last[(p[i]! * height + y[i]!) * width + x[i]!] = t[i]!;
    for (let cell = 0; cell < last.length; cell++) {
      const value = Math.exp((last[cell]! - times[step]!) / tauUs);
      if (value >= SMALLEST) builder.add(cell, value);
    }
    builder.endFrame("count");
  }
}
