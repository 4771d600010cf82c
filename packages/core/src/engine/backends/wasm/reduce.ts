/**
 * Sums over all values, or per channel.
 * Partial sums in float64 per chunk, added up in order, so that the number of threads changes no bit. Counts of spikes come
 * from their events where these are listed.
 * Limited by memory; not measured by itself.
 */
import { pairOf, type ReduceBackend } from "../../backend/index.ts";
import { chunkRows } from "./batch-norm.ts";
import { knownEvents } from "./operands/events.ts";
import { ELEMENT_GRAIN, type Runtime } from "./runtime/runtime.ts";

const grain = ELEMENT_GRAIN;

export function reduce(runtime: Runtime): ReduceBackend {
  return {
    sum(length, { x, out }) {
      const sum = runtime.sum("sumElements", length, grain, { x, grain });
      runtime.values(out)[0] = sum;
    },
    sumOfSquares(length, { x, out }) {
      const sum = runtime.sum("sumOfSquares", length, grain, { x, grain });
      runtime.values(out).set(pairOf(sum));
    },
    countNonZero(length, { x, out }) {
      const known = knownEvents(runtime, x);
      const count = known?.count ?? runtime.sum("countNonZero", length, grain, { x, grain });
      runtime.values(out).set(pairOf(count));
    },
    sumPerChannel({ planes, positions, channels }, { x, out }) {
      const rows = planes * positions;
      const size = chunkRows(channels);
      const chunks = Math.ceil(rows / size);
      runtime.scratch(chunks * channels, (partials) => {
        runtime.run("chunkSums", rows, size, { gy: x, channels, partials, grain: size });
        runtime.run("combineSums", channels, channels, { partials, chunks, channels, out });
      });
    },
    findOutside(length, { x }, { min: least, max: most, whole = false }) {
      const [min, max] = [Math.fround(least), Math.fround(most)];
      if (runtime.sum("countOutside", length, grain, { x, min, max, whole, grain }) === 0) return undefined;
      const values = runtime.values(x);
      for (let index = 0; index < values.length; index++) {
        const value = values[index] as number;
        if (!(value >= min && value <= max) || (whole && !Number.isInteger(value))) return { index, value };
      }
      return undefined;
    },
  };
}
