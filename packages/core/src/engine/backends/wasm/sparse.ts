/**
 * Products with sparse weights.
 * On the events of rare spikes (`sparse/events.ts`), dense where weights are dense (`sparse/dense.ts`), else on panels of rows
 * (`sparse/panels.ts`).
 * Crossovers are measured in bench/LAB.md, Sparse weights.
 */
import {
  type Buffers,
  type ConvBackend,
  type ConvSize,
  densePlaces,
  numbersIn,
  type OutputRange,
  type PatternBackend,
  type SparseBackend,
  type SparsePattern,
  type Storage,
} from "../../backend/index.ts";
import { eventsOf, MAX_INDEX } from "./operands/events.ts";
import { eachStep } from "./operands/steps.ts";
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

/** What the products work with. */
interface Tools {
  readonly runtime: Runtime;
  /** Products with dense weights, of images of one pixel too. */
  readonly dense: ConvBackend;
  readonly indices: SparseIndices;
}

/** @param dense products with dense weights, of images of one pixel too */
export function sparse(runtime: Runtime, dense: ConvBackend): SparseBackend & PatternBackend {
  const tools: Tools = { runtime, dense, indices: new SparseIndices(runtime) };
  return {
    // Paths add up in different orders, so in evaluation each step chooses for itself.
    forward: (whole, buffers, pattern) =>
      eachStep(whole, buffers, whole.separateSteps, (size, { x, y }) =>
        forward(tools, size, { ...buffers, x, y }, pattern),
      ),
    usefulInputGradient: (size, buffers, pattern) => inputGradient(tools, size, buffers, pattern),
    weightGradient: (size, buffers, pattern) => weightGradient(tools, size, buffers, pattern),
    denseGradient: (size, buffers, range) => denseGradient(tools, size, buffers, range),
    expand: (pattern, { values, dense }) => expand(runtime, pattern, values, dense),
    compress: (pattern, { dense, values }) => compress(runtime, pattern, dense, values),
    release: (pattern) => tools.indices.release(pattern),
    indexBytes: (pattern) => tools.indices.bytes(pattern),
  };
}

function forward(
  { runtime, dense, indices }: Tools,
  size: ConvSize,
  { x, values, bias, y }: Buffers<"x" | "values" | "y", "bias">,
  pattern: SparsePattern,
): void {
  const path = pathFor(runtime, "forward", size, pattern, x);
  if (path === "dense") {
    withWeight(runtime, pattern, values, (weight) => dense.forward(size, { x, weight, bias, y }));
    return;
  }
  const index = indices.of(pattern, size);
  if (path === "panels") {
    panelForward(runtime, size, index, { x, values, bias, y });
    return;
  }
  withColumnValues(runtime, index, values, (byColumn) =>
    eventForward(runtime, size, pattern, path, index, { values: byColumn, bias, y }),
  );
}

function inputGradient(
  { runtime, dense, indices }: Tools,
  size: ConvSize,
  { gy, values, x, gx }: Buffers<"gy" | "values" | "x" | "gx">,
  pattern: SparsePattern,
): void {
  const denseFrom = DENSE_GRADIENT_FROM[size.inHeight * size.inWidth === 1 ? "rows" : "images"];
  if (densityOf(pattern) >= denseFrom) {
    withWeight(runtime, pattern, values, (weight) => dense.usefulInputGradient(size, { gy, weight, x, gx }));
    return;
  }
  const index = indices.of(pattern, size);
  withColumnValues(runtime, index, values, (byColumn) =>
    panelInputGradient(runtime, size, index, { gy, values: byColumn, gx }),
  );
}

function weightGradient(
  { runtime, dense, indices }: Tools,
  size: ConvSize,
  { gy, x, gValues }: Buffers<"gy" | "x" | "gValues">,
  pattern: SparsePattern,
): void {
  const path = pathFor(runtime, "weight", size, pattern, x);
  if (path === "dense") {
    runtime.scratch(pattern.outputs * pattern.columns, (gWeight) => {
      dense.weightGradient(size, { gy, x, gWeight });
      compress(runtime, pattern, gWeight, gValues);
    });
    return;
  }
  const index = indices.of(pattern, size);
  if (path === "panels") panelWeightGradient(runtime, size, index, { gy, x, gValues });
  else eventWeightGradient(runtime, size, pattern, path, index, { gy, gValues });
}

function denseGradient(
  { runtime, dense }: Tools,
  size: ConvSize,
  { gy, x, gWeight }: Buffers<"gy" | "x" | "gWeight">,
  { first, count }: OutputRange,
): void {
  const pixels = size.planes * size.outHeight * size.outWidth;
  runtime.scratch(pixels * count, (out) => {
    const order = { n1: 1, n2: count, s0: size.outChannels, s1: 0, s2: 1 };
    const grain = runtime.grain(pixels, 256);
    runtime.run("permute", pixels, grain, { x: addressAt(gy, first), out, ...order });
    dense.weightGradient({ ...size, outChannels: count }, { gy: out, x, gWeight });
  });
}

/** `dense = values` at the indices of the pattern, zero elsewhere. */
function expand(runtime: Runtime, pattern: SparsePattern, values: Storage, dense: Storage): void {
  runtime.each("fill", dense.length, { out: dense, value: 0 });
  withPlaces(runtime, pattern, (places) =>
    runtime.each("putNumbers", numbersIn(pattern), { x: values, places, out: dense }),
  );
}

/** `values = dense` at the indices of the pattern. */
function compress(runtime: Runtime, pattern: SparsePattern, dense: Storage, values: Storage): void {
  withPlaces(runtime, pattern, (places) =>
    runtime.each("takeNumbers", numbersIn(pattern), { x: dense, places, out: values }),
  );
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
  const listed = fits ? eventsOf(runtime, x, rows, size.inChannels, { crossover: LIST_UP_TO }) : undefined;
  if (densityOf(pattern) >= DENSE_FROM[product][listed ? "spikes" : "numbers"]) return "dense";
  const crossover = EVENTS_UP_TO[product][pattern.block === 1 ? "single" : "blocks"];
  return listed && !listed.isQuads && listed.density <= crossover ? listed : "panels";
}

function densityOf(pattern: SparsePattern): number {
  return numbersIn(pattern) / (pattern.outputs * pattern.columns);
}

/** The weight that is zero outside the pattern, for the time of `work`. */
function withWeight(
  runtime: Runtime,
  pattern: SparsePattern,
  values: Storage,
  work: (weight: WasmStorage) => void,
): void {
  runtime.scratch(pattern.outputs * pattern.columns, (weight) => {
    expand(runtime, pattern, values, weight);
    work(weight);
  });
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
