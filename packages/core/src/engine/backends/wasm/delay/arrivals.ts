/**
 * Layers with delays of whole steps, event by event, in evaluation.
 * Where at most 8 % of the inputs are not zero and the sums of all steps fit into a thread's memory.
 * Measured in bench/LAB.md, Delays.
 */
import type { DelaySize, Storage } from "../../../backend/index.ts";
import { type Runtime, SCRATCH_BYTES } from "../runtime/runtime.ts";

/** Share of inputs that are not zero up to which adding them one by one wins; measured in bench/LAB.md. */
const CROSSOVER = 0.08;
/** Values looked at to estimate that share. */
const SAMPLE = 4096;
/** Bytes of sums per unit of work: they stay in the first-level cache, or at least in the second. */
const SUM_BYTES = 48 * 1024;
/** Fewer outputs per unit cost more for finding events than for adding them. */
const FEWEST_OUTPUTS = 16;
/** Inputs whose events are listed together; LINE of assembly/delay/arrivals.ts. */
const LINE = 16;
/** Inputs per unit of work when synapses are listed. */
const INPUT_GRAIN = 16;

/** Whether events are few enough, and the sums of all steps fit, for `delayArrivals` to pay. */
export function arrivalsPay(runtime: Runtime, size: DelaySize, x: Storage): boolean {
  if (4 * (sumRows(size) * FEWEST_OUTPUTS + LINE * (size.steps + 1)) > SCRATCH_BYTES) return false;
  const values = runtime.values(x);
  const stride = Math.max(1, Math.floor(values.length / SAMPLE)) | 1;
  let [seen, events] = [0, 0];
  for (let at = 0; at < values.length; at += stride) {
    seen++;
    if (values[at] !== 0) events++;
  }
  return events <= CROSSOVER * seen;
}

/** Forward pass with delays rounded to whole steps, event by event. */
export function delayArrivals(
  runtime: Runtime,
  size: DelaySize,
  { x, weight, position, y }: Readonly<Record<"x" | "weight" | "position" | "y", Storage>>,
): void {
  const { batch, inputs, outputs, kernelCount } = size;
  const blockOutputs = Math.max(FEWEST_OUTPUTS, Math.floor(SUM_BYTES / (4 * sumRows(size))));
  const layer = { layer: size, blockOutputs };
  runtime.scratch(inputs * outputs * kernelCount * 2, (synapses) => {
    runtime.run("delaySynapses", inputs, INPUT_GRAIN, { ...layer, weight, position, out: synapses });
    const units = Math.ceil(outputs / blockOutputs) * batch;
    runtime.run("delayArrivals", units, runtime.grain(units, 16), { ...layer, x, synapses, y });
  });
}

/** Steps for which there are sums: those that arrive after the last output are added too, and dropped. */
function sumRows({ steps, outSteps, taps }: DelaySize): number {
  return Math.max(outSteps, steps + taps);
}
