import type { DelayForward, DelaySize } from "../../backend-delays.ts";
import { type Machine, SCRATCH_BYTES } from "./machine.ts";
import { addressOf } from "./storage.ts";

/** Steps of a block; BLOCK of assembly/delay-series.ts. */
const BLOCK = 32;
/** Outputs a unit of work when synapses are listed. */
const OUTPUT_GRAIN = 16;

/** Whether the series of a sample fit into a thread's scratch memory. */
export function seriesFit(size: DelaySize): boolean {
  const { inputs, outputs, taps } = size;
  const length = seriesLength(size);
  return 4 * (inputs * length + outputs * (length - taps + 1)) <= SCRATCH_BYTES;
}

/** Forward pass with delays rounded to whole steps, whatever the activity. */
export function delaySeries(machine: Machine, size: DelaySize, buffers: DelayForward): void {
  const { steps, outSteps, batch, inputs, outputs, taps, kernelCount, sharedPositions } = size;
  const record = machine.record(
    [],
    [steps, outSteps, batch, inputs, outputs, taps, kernelCount, Number(sharedPositions), seriesLength(size)],
  );
  const { x, weight, position, y } = buffers;
  machine.lend(inputs * outputs * kernelCount * 2, (synapses) => {
    const tensors = [weight, position].map(addressOf);
    machine.run("delaySeriesSynapses", outputs, OUTPUT_GRAIN, [record, ...tensors, synapses.pointer]);
    const args = [record, addressOf(x), synapses.pointer, addressOf(y)];
    machine.run("delaySeries", batch, machine.grain(batch, 8), args);
  });
}

function seriesLength({ outSteps, taps }: DelaySize): number {
  return taps - 1 + BLOCK * Math.ceil(outSteps / BLOCK);
}
