/**
 * Layers with delays of whole steps, a synapse's whole series at a time, in evaluation.
 * Where more inputs are active than `delay/arrivals.ts` is good for, and a sample fits into a thread's memory.
 * Measured in bench/LAB.md, Delays.
 */
import type { DelaySize, Storage } from "../../../backend/index.ts";
import { type Runtime, SCRATCH_BYTES } from "../runtime/runtime.ts";

/** Steps of a block; BLOCK of assembly/delay/series.ts. */
const BLOCK = 32;
/** Outputs per unit of work when synapses are listed. */
const OUTPUT_GRAIN = 16;

/** Whether the series of a sample fit into a thread's scratch memory, for a block of output steps at least. */
export function seriesFit(size: DelaySize): boolean {
  return blocksPerSegment(size) >= 1;
}

/** Blocks of output steps that are worked on at once: all, or as many as fit. */
function blocksPerSegment({ inputs, outputs, taps, outSteps }: DelaySize): number {
  const room = SCRATCH_BYTES / 4 - inputs * (taps - 1);
  return Math.min(Math.ceil(outSteps / BLOCK), Math.floor(room / (BLOCK * (inputs + outputs))));
}

/** Forward pass with delays rounded to whole steps, whatever the activity. */
export function delaySeries(
  runtime: Runtime,
  size: DelaySize,
  { x, weight, position, y }: Readonly<Record<"x" | "weight" | "position" | "y", Storage>>,
): void {
  const { batch, inputs, outputs, kernelCount } = size;
  const layer = { layer: size, seriesLength: seriesLength(size) };
  runtime.scratch(inputs * outputs * kernelCount * 2, (synapses) => {
    runtime.run("delaySeriesSynapses", outputs, OUTPUT_GRAIN, { ...layer, weight, position, out: synapses });
    const units = batch * Math.ceil(size.outSteps / (BLOCK * blocksPerSegment(size)));
    runtime.run("delaySeries", units, runtime.grain(units, 8), { ...layer, x, synapses, y });
  });
}

function seriesLength(size: DelaySize): number {
  return size.taps - 1 + BLOCK * blocksPerSegment(size);
}
