import { checkNumbers, refuse } from "../checks.ts";
import { MyelinError, ShapeError } from "../errors.ts";
import { checkTensor } from "./check-tensor.ts";
import { Padding, StepPadding } from "./padding.ts";
import { describeShape, type Tensor } from "./tensor.ts";

/**
 * Tells the running step how many time steps of each sample of a padded batch count. Until the step ends, what looks
 * over time leaves out the padding: sums, means and maxima over time, losses, batch normalisation in training, and
 * layers with delays; so results do not depend on which samples share a batch. `Trainer` calls it for batches that
 * have lengths.
 *
 * @param x the padded input, f32 [T, B, ...]
 * @param lengths B whole numbers from 1 to T; undefined where nothing is padded
 * @throws MyelinError outside a step
 * @throws ShapeError for lengths that do not fit
 * @example
 * await engine.step(async () => {
 *   const x = tensor(batch.inputs, batch.shape);
 *   setLengths(x, batch.lengths);
 *   const loss = rateCrossEntropy(network.forward(x), tensor(batch.labels));
 * });
 */
export function setLengths(x: Tensor, lengths: ArrayLike<number> | undefined): void {
  checkTensor("setLengths.x", x);
  const { engine } = x;
  if (!engine.inStep) {
    throw new MyelinError("setLengths: expected to run inside `engine.step`, got a call outside it.");
  }
  const padded = lengths === undefined ? undefined : paddedLengths("setLengths", x, lengths);
  engine.padding = padded && new StepPadding(engine, padded, x.shape[0] as number);
}

/**
 * As `setLengths`, for some steps of a longer sequence: a sample counts as long as its length says, which may be not at
 * all.
 *
 * @param x those steps, f32 [t, B, ...]
 * @param first which step of the whole sequence the first of them is
 */
export function setPartLengths(x: Tensor, lengths: ArrayLike<number> | undefined, first: number): void {
  const { engine } = x;
  const [steps = 0] = x.shape;
  const left = Array.from(lengths ?? [], (length) => Math.min(steps, Math.max(0, length - first)));
  const isPadded = left.some((length) => length < steps);
  engine.padding = isPadded ? new StepPadding(engine, left, steps) : undefined;
}

/** The padding of a sequence by lengths of its own; undefined if nothing is padded. */
export function paddingBy(owner: string, x: Tensor, lengths: ArrayLike<number>): Padding | undefined {
  const padded = paddedLengths(owner, x, lengths);
  return padded && new Padding(x.engine, padded, x.shape[0] as number);
}

/** The lengths, checked; undefined if all samples have all steps. */
function paddedLengths(owner: string, { shape }: Tensor, lengths: ArrayLike<number>): number[] | undefined {
  checkNumbers(`${owner}.lengths`, lengths, "One number of steps for each sample.");
  const [steps = 0, batch = 0] = shape;
  if (shape.length < 2 || lengths.length !== batch) {
    throw new ShapeError(
      `${owner}.lengths: expected one for each sample of a sequence [T, B, ...], got ${lengths.length} for ` +
        `${describeShape(shape)}. Time is the first axis.`,
    );
  }
  const checked = Array.from(lengths);
  const bad = checked.findIndex((length) => !(Number.isInteger(length) && length >= 1 && length <= steps));
  if (bad >= 0)
    refuse(`${owner}.lengths`, `whole numbers of steps from 1 to ${steps}`, checked[bad], `Sample ${bad}.`);
  return checked.every((length) => length === steps) ? undefined : checked;
}
