import type { DelayForward, DelaySize } from "../../backend-delays.ts";
import { type Machine, SCRATCH_BYTES } from "./machine.ts";
import { addressOf } from "./storage.ts";

/** Share of inputs that are not zero up to which adding them one by one wins; measured in bench/LAB.md. */
const CROSSOVER = 0.08;
/** Values looked at to estimate that share. */
const SAMPLE = 4096;
/** Bytes of sums of a unit of work: they stay in the first-level cache, or at least in the second. */
const SUM_BYTES = 48 * 1024;
/** Fewer outputs a unit cost more for finding events than for adding them. */
const FEWEST_OUTPUTS = 16;
/** Inputs a unit of work when synapses are listed. */
const INPUT_GRAIN = 16;

/** Whether events are few enough, and the sums of all steps fit, for `delayArrivals` to pay. */
export function arrivalsPay(machine: Machine, size: DelaySize, { x }: DelayForward): boolean {
  if (sumRows(size) * FEWEST_OUTPUTS * 4 > SCRATCH_BYTES) return false;
  const values = machine.numbers(x);
  const stride = Math.max(1, Math.floor(values.length / SAMPLE)) | 1;
  let [seen, events] = [0, 0];
  for (let at = 0; at < values.length; at += stride) {
    seen++;
    if (values[at] !== 0) events++;
  }
  return events <= CROSSOVER * seen;
}

/** Forward pass with delays rounded to whole steps, event by event. */
export function delayArrivals(machine: Machine, size: DelaySize, buffers: DelayForward): void {
  const { steps, outSteps, batch, inputs, outputs, taps, kernelCount, sharedPositions } = size;
  const blockOutputs = Math.max(FEWEST_OUTPUTS, Math.floor(SUM_BYTES / (4 * sumRows(size))));
  const record = machine.record(
    [],
    [steps, outSteps, batch, inputs, outputs, taps, kernelCount, Number(sharedPositions), blockOutputs],
  );
  const { x, weight, position, y } = buffers;
  machine.lend(inputs * outputs * kernelCount * 2, (synapses) => {
    const tensors = [weight, position].map(addressOf);
    machine.run("delaySynapses", inputs, INPUT_GRAIN, [record, ...tensors, synapses.pointer]);
    const units = Math.ceil(outputs / blockOutputs) * batch;
    const args = [record, addressOf(x), synapses.pointer, addressOf(y)];
    machine.run("delayArrivals", units, machine.grain(units, 16), args);
  });
}

/** Steps for which there are sums: those that arrive after the last output are added too, and dropped. */
function sumRows({ steps, outSteps, taps }: DelaySize): number {
  return Math.max(outSteps, steps + taps);
}
