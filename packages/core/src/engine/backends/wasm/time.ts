/**
 * Sequences to and from single steps.
 * One path: all steps of a chunk of elements, which stays in the first-level cache.
 * Limited by memory; a part of every workload.
 */
import type { TimeBackend } from "../../backend/index.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** Elements of a step per chunk. */
const GRAIN = 4096;

export function time(runtime: Runtime): TimeBackend {
  return {
    repeat: ({ steps, size }, { x, y }) => runtime.each("repeatOverTime", size, { x, y, steps, size }),
    sum: ({ steps, size }, { x, y }, factor) =>
      runtime.run("sumOverTime", size, GRAIN, { factor, x, y, steps, size }),
    max: ({ steps, size }, { x, y, winner }) =>
      runtime.run("maxOverTime", size, GRAIN, { x, y, winner, steps, size }),
    maxBackward: ({ steps, size }, { gy, winner, gx }) =>
      runtime.run("maxOverTimeBackward", size, GRAIN, { gy, winner, gx, steps, size }),
  };
}
