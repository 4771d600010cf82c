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

/** Whether the series of a sample fit into a thread's scratch memory. */
export function seriesFit(size: DelaySize): boolean {
  const { inputs, outputs, taps } = size;
  const length = seriesLength(size);
  return 4 * (inputs * length + outputs * (length - taps + 1)) <= SCRATCH_BYTES;
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
    runtime.run("delaySeries", batch, runtime.grain(batch, 8), { ...layer, x, synapses, y });
  });
}

function seriesLength({ outSteps, taps }: DelaySize): number {
  return taps - 1 + BLOCK * Math.ceil(outSteps / BLOCK);
}
