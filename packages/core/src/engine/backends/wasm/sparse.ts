/**
 * Products with sparse weights: on the events of rare spikes, dense where weights are dense, else on panels of rows.
 * Crossovers are measured in bench/LAB.md.
 */
import {
  type ConvBackend,
  type ConvSize,
  densePlaces,
  numbersIn,
  type PatternBackend,
  type SparseBackend,
  type SparsePattern,
  type Storage,
} from "../../backend/index.ts";
import { eventsOf, MAX_INDEX } from "./operands/events.ts";
import { addressAt } from "./runtime/address.ts";
import { ELEMENT_GRAIN, type Runtime } from "./runtime/runtime.ts";
import type { EventList, WasmStorage } from "./runtime/storage.ts";
import { eventForward, eventWeightGradient } from "./sparse/events.ts";
import { panelForward, panelInputGradient, panelWeightGradient } from "./sparse/panels.ts";
import { type SparseIndex, SparseIndices, writeIntegers } from "./sparse/pattern-index.ts";

/** Activity up to which listing events pays for dense products, whose lists are shared. */
const LIST_UP_TO = 0.5;
/** Activity up to which going through events beats panels, for single weights and for blocks; measured in bench/LAB.md. */
const EVENTS_UP_TO = {
  forward: { single: 0.07, blocks: 0.2 },
  weight: { single: 0.13, blocks: 0.3 },
};
/** Density of a weight from which dense products are faster, on spikes and on other inputs; likewise. */
const DENSE_FROM = {
  forward: { spikes: 0.25, numbers: 0.5 },
  weight: { spikes: 0.15, numbers: 0.35 },
};
/** The same for input gradients, of linear layers and of convolutions. */
const DENSE_GRADIENT_FROM = { rows: 0.5, images: 0.25 };

/** @param dense products with dense weights, of images of one pixel too */
export function sparse(runtime: Runtime, dense: ConvBackend): SparseBackend & PatternBackend {
  const indices = new SparseIndices(runtime);
  const operations: SparseBackend = {
    forward(size, { x, values, bias, y }, pattern) {
      const path = pathFor(runtime, "forward", size, pattern, x);
      if (path === "dense") {
        withDense(runtime, pattern, (weight) => {
          operations.expand(pattern, { values, dense: weight });
          dense.forward(size, { x, weight, bias, y });
        });
        return;
      }
      const index = indices.of(pattern, size);
      if (path === "panels") panelForward(runtime, size, index, { x, values, bias, y });
      else
        withColumnValues(runtime, index, values, (byColumn) =>
          eventForward(runtime, size, pattern, path, index, { values: byColumn, bias, y }),
        );
    },

    usefulInputGradient(size, { gy, values, x, gx }, pattern) {
      const denseFrom = DENSE_GRADIENT_FROM[size.inHeight * size.inWidth === 1 ? "rows" : "images"];
      if (densityOf(pattern) >= denseFrom) {
        withDense(runtime, pattern, (weight) => {
          operations.expand(pattern, { values, dense: weight });
          dense.usefulInputGradient(size, { gy, weight, x, gx });
        });
        return;
      }
      const index = indices.of(pattern, size);
      withColumnValues(runtime, index, values, (byColumn) =>
        panelInputGradient(runtime, size, index, { gy, values: byColumn, gx }),
      );
    },

    weightGradient(size, { gy, x, gValues }, pattern) {
      const path = pathFor(runtime, "weight", size, pattern, x);
      if (path === "dense") {
        withDense(runtime, pattern, (gWeight) => {
          dense.weightGradient(size, { gy, x, gWeight });
          operations.compress(pattern, { dense: gWeight, values: gValues });
        });
        return;
      }
      const index = indices.of(pattern, size);
      if (path === "panels") panelWeightGradient(runtime, size, index, { gy, x, gValues });
      else eventWeightGradient(runtime, size, pattern, path, index, { gy, gValues });
    },

    denseGradient(size, { gy, x, gWeight }, { first, count }) {
      const pixels = size.planes * size.outHeight * size.outWidth;
      runtime.scratch(pixels * count, (part) => {
        const layout = { n1: 1, n2: count, s0: size.outChannels, s1: 0, s2: 1 };
        runtime.run("permute", pixels, runtime.grain(pixels, 256), {
          x: addressAt(gy, first),
          out: part,
          ...layout,
        });
        dense.weightGradient({ ...size, outChannels: count }, { gy: part, x, gWeight });
      });
    },

    expand(pattern, { values, dense: out }) {
      runtime.each("fill", out.length, { out, value: 0 });
      withPlaces(runtime, pattern, (places) =>
        runtime.each("putNumbers", numbersIn(pattern), { x: values, places, out }),
      );
    },

    compress(pattern, { dense: x, values: out }) {
      withPlaces(runtime, pattern, (places) =>
        runtime.each("takeNumbers", numbersIn(pattern), { x, places, out }),
      );
    },
  };
  return {
    ...operations,
    release: (pattern) => indices.release(pattern),
    indexBytes: (pattern) => indices.bytes(pattern),
  };
}

/** How to multiply with `x`: densely, on panels, or on the events that are returned. */
function pathFor(
  runtime: Runtime,
  product: "forward" | "weight",
  size: ConvSize,
  pattern: SparsePattern,
  x: Storage,
): EventList | "panels" | "dense" {
  const rows = size.planes * size.inHeight * size.inWidth;
  const fits = size.inChannels <= MAX_INDEX;
  const listed = fits ? eventsOf(runtime, x, rows, size.inChannels, LIST_UP_TO) : undefined;
  if (densityOf(pattern) >= DENSE_FROM[product][listed ? "spikes" : "numbers"]) return "dense";
  const crossover = EVENTS_UP_TO[product][pattern.block === 1 ? "single" : "blocks"];
  return listed && !listed.isQuads && listed.density <= crossover ? listed : "panels";
}

function densityOf(pattern: SparsePattern): number {
  return numbersIn(pattern) / (pattern.outputs * pattern.columns);
}

/** Room for the dense weight. */
function withDense(runtime: Runtime, pattern: SparsePattern, work: (weight: WasmStorage) => void): void {
  runtime.scratch(pattern.outputs * pattern.columns, work);
}

/** The indices of a pattern's values in the dense weight. */
function withPlaces(runtime: Runtime, pattern: SparsePattern, work: (places: WasmStorage) => void): void {
  const places = densePlaces(pattern);
  runtime.scratch(places.length, (storage) => {
    writeIntegers(runtime, storage, places);
    work(storage);
  });
}

/** The values in the order of `byColumn`. */
function withColumnValues(
  runtime: Runtime,
  { count, slots }: SparseIndex,
  values: Storage,
  work: (values: WasmStorage) => void,
): void {
  runtime.scratch(count, (byColumn) => {
    const grain = runtime.grain(count, ELEMENT_GRAIN);
    runtime.run("takeNumbers", count, grain, { x: values, places: slots, out: byColumn });
    work(byColumn);
  });
}
