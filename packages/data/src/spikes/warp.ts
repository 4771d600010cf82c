import type { Random } from "@myelin/core";
import { checkInteger, checkNumber } from "@myelin/core/checks";
import type { SpikeWarp } from "@myelin/core/runs";

/** How far the spikes of a sample are moved at random, all of them together; nothing moves if left out. */
export interface WarpOptions {
  /** Most units by which they move, towards either end; what leaves the array is lost. */
  readonly units?: number | undefined;
  /** Most by which the sample becomes longer or shorter, as a share of its duration. */
  readonly time?: number | undefined;
}

/**
 * Draws how a sample is warped:
 *
 *   1. units uniform among the whole numbers -units .. units     as if the speaker's voice were higher or lower
 *   2. time uniform in [1 - time, 1 + time)                      as if the word were said more slowly or faster
 *
 * @source Nowotny, Turner & Knight 2025, "Loss shaping enhances exact gradient learning with Eventprop in spiking neural
 * networks", Neuromorphic Computing and Engineering, for the shift over the units
 */
export function drawWarp({ units = 0, time = 0 }: WarpOptions, random: Random): SpikeWarp {
  return {
    units: Math.floor(random.uniform() * (2 * units + 1)) - units,
    time: 1 + time * (2 * random.uniform() - 1),
  };
}

/** @throws MyelinError unless units is a whole number of at least 0 and time is from 0 to 0.9 */
export function checkWarp({ units = 0, time = 0 }: WarpOptions): void {
  checkInteger("warp.units", units, { min: 0 }, "Recipes use 40 of 700 units.");
  checkNumber("warp.time", time, { min: 0, max: 0.9 }, "0.1 makes samples up to a tenth longer or shorter.");
}
