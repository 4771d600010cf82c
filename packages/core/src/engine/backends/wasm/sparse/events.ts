/**
 * Sparse weights times events: for each spike the weights of its column are added where they belong.
 * Where spikes are rare.
 * Measured in bench/LAB.md, Sparse weights.
 */
import type { ConvSize, SparsePattern, Storage } from "../../../backend/index.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { EventList, WasmStorage } from "../runtime/storage.ts";
import { sumPartials, UNITS } from "./partials.ts";
import type { SparseIndex } from "./pattern-index.ts";

/** What the kernels read: where events are, and the weights of their columns. */
function operandsOf(
  size: ConvSize,
  { lists, index, values }: EventList,
  { byColumn }: SparseIndex,
  pattern: SparsePattern,
) {
  return {
    ...{ window: { ...size, channels: size.inChannels }, outputs: size.outChannels },
    lists,
    events: index,
    factors: values,
    starts: byColumn.starts,
    index: byColumn.index,
    blocks: pattern.block > 1,
  };
}

/** @param values weights by column */
export function eventForward(
  runtime: Runtime,
  size: ConvSize,
  pattern: SparsePattern,
  events: EventList,
  index: SparseIndex,
  {
    values,
    bias,
    y,
  }: { readonly values: WasmStorage; readonly bias: Storage | undefined; readonly y: Storage },
): void {
  const operands = operandsOf(size, events, index, pattern);
  runtime.run("scatterEvents", size.planes, runtime.grain(size.planes, 16), { ...operands, values, bias, y });
}

export function eventWeightGradient(
  runtime: Runtime,
  size: ConvSize,
  pattern: SparsePattern,
  events: EventList,
  index: SparseIndex,
  { gy, gValues }: { readonly gy: Storage; readonly gValues: Storage },
): void {
  const { count, slots } = index;
  // Every unit costs a sum over all weights, so rare events are not worth many.
  const most = Math.ceil((events.count * size.kernelHeight * size.kernelWidth) / (4 * size.inChannels));
  const planes = Math.ceil(size.planes / Math.max(1, Math.min(UNITS, most)));
  const units = Math.ceil(size.planes / planes);
  runtime.scratch(units * count, (partials) => {
    const operands = operandsOf(size, events, index, pattern);
    runtime.run("collectEvents", units, 1, { ...operands, gy, partials, count, planes, total: size.planes });
    sumPartials(runtime, { partials, units, count, slots, out: gValues });
  });
}
