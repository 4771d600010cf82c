import { type Engine, onWholeSequence, stepsOf, type StreamMemory, type Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";

/** What of a layer with delays matters here. */
interface Delaying {
  readonly maxDelay: number;
  readonly addedSteps: number;
}

/**
 * The next steps of a stream: the layer carries its last maxDelay - 1 inputs, and computes the outputs behind these, with
 * the operation that computes whole sequences.
 *
 * @param x f32 [T, B, ...], mostly of one step
 * @param run gives as many steps as it gets
 */
export function streamedSteps(
  streaming: StreamMemory,
  x: Tensor,
  { maxDelay, addedSteps }: Delaying,
  run: (sequence: Tensor) => Tensor,
): Tensor {
  const { engine } = x;
  refusePadding(engine);
  const { elementwise } = engine.backend;
  const carried = streaming.carried({ severalSteps: true });
  const hasEnded = streaming.lengthen(addedSteps);
  const [steps = 0, ...sample] = x.shape;
  const past = maxDelay - 1;
  const sequence = engine.empty([past + steps, ...sample], x.format);
  const before = carried.state?.["inputs"];
  const out = sequence.storage;
  if (before) elementwise.copyRange({ length: before.size, from: 0, to: 0 }, { x: before.storage, out });
  else elementwise.fillRange({ length: (past * x.size) / steps, from: 0, to: 0 }, { out }, 0);
  const last = { length: x.size, from: 0, to: (past * x.size) / steps };
  if (hasEnded) elementwise.fillRange(last, { out }, 0);
  else elementwise.copyRange(last, { x: x.storage, out });
  carried.keep({ inputs: stepsOf(sequence, steps, past) });
  const y = onWholeSequence(engine, () => run(sequence));
  return stepsOf(y, past, steps);
}

/** Where the samples of a padded batch end is not carried on. */
function refusePadding({ padding }: Engine): void {
  if (padding === undefined) return;
  throw new MyelinError(
    "stream: expected batches without lengths for layers with delays, got padded ones. " +
      "Take samples of one length, or whole sequences.",
  );
}
