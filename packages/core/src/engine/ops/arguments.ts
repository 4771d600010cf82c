import { ShapeError } from "../../errors.ts";
import { isRecorded } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import { describeShape, type Tensor } from "../tensor.ts";

/** What to do with a number where tensors are combined. */
export const OPERAND_HINT =
  "For a number use `scale` or `shift`, or make a tensor with `tensor(values, shape)`.";

/** Throws a ShapeError `<owner>: expected <expected>, got <shape>. <hint>`. */
export function shapeError(owner: string, expected: string, shape: readonly number[], hint: string): never {
  throw new ShapeError(`${owner}: expected ${expected}, got ${describeShape(shape)}. ${hint}`);
}

/** Requires an image tensor `[B, C, H, W]` or `[T, B, C, H, W]`. */
export function requireImage(owner: string, x: Tensor): void {
  checkTensor(owner, x);
  if (x.format === "image") return;
  shapeError(
    owner,
    "an image tensor [T, B, C, H, W] or [B, C, H, W]",
    x.shape,
    "Give images four or five axes.",
  );
}

/** Requires a plain tensor; images have to be flattened first. */
export function requirePlain(owner: string, x: Tensor): void {
  checkTensor(owner, x);
  if (x.format === "plain") return;
  shapeError(owner, "a plain tensor such as [T, B, N]", x.shape, "Flatten images first.");
}

/** Requires at least one axis. */
export function requireAxis(owner: string, x: Tensor): void {
  if (lastAxis(x) > 0) return;
  shapeError(owner, "a tensor with at least one axis", x.shape, "A single number has none.");
}

/** Requires a tensor with that many axes, such as a weight `[O, I]`, on the engine of `x`. */
export function requireAxes(symbol: string, value: Tensor, axes: string, x: Tensor): void {
  checkTensor(symbol, value, x);
  if (value.shape.length === axes.split(",").length) return;
  shapeError(symbol, `a tensor ${axes}`, value.shape, "The number of axes differs.");
}

/** Requires a tensor of `size` values on the engine of `x`. */
export function requireSize(symbol: string, value: Tensor | undefined, size: number, x: Tensor): void {
  checkTensor(symbol, value as Tensor, x);
  requireOptional(symbol, value, size, x);
}

/** Requires a tensor of `size` values on the engine of `x`, or none. */
export function requireOptional(symbol: string, value: Tensor | undefined, size: number, x: Tensor): void {
  if (value === undefined) return;
  checkTensor(symbol, value, x);
  if (value.size === size) return;
  shapeError(symbol, `a tensor of ${size} values`, value.shape, "It has to fit the other tensors.");
}

/** Requires equal shapes, and that both tensors or none are images: these may lie in memory in another order. */
export function requireSameShape(owner: string, a: Tensor, b: Tensor): void {
  checkTensor(owner, a, undefined, OPERAND_HINT);
  checkTensor(owner, b, a, OPERAND_HINT);
  const expected = describeShape(a.shape);
  if (expected !== describeShape(b.shape)) {
    shapeError(owner, `a tensor of shape ${expected}`, b.shape, "Both operands need the same shape.");
  }
  if (a.format === b.format) return;
  throw new ShapeError(
    `${owner}: expected two ${a.format} tensors, got one ${b.format} tensor of shape ${expected}. ` +
      "`tensor` makes images of four or five axes; `parameter` never does.",
  );
}

/**
 * Whether the first axis of `x` is time. Images `[T, B, C, H, W]` and plain tensors `[T, B, ...]` of three axes or more
 * stand in time; `[B, C, H, W]` and `[B, N]` are samples without a time axis.
 */
export function standsInTime(x: Tensor): boolean {
  return x.shape.length >= (x.format === "image" ? 5 : 3);
}

/** Requires a tensor that stands in time. */
export function requireSequence(owner: string, x: Tensor): void {
  checkTensor(owner, x);
  if (standsInTime(x)) return;
  const oneStep = x.format === "image" ? "[1, B, C, H, W]" : "[1, B, N]";
  shapeError(
    owner,
    "a sequence [T, B, ...]",
    x.shape,
    `Put RepeatOverTime(T) or an encoder before it, or give one step as ${oneStep}.`,
  );
}

/** Requires samples `[B, N]` or `[B, C, H, W]`, which get a time axis from what follows. */
export function requireSamples(owner: string, x: Tensor): void {
  requireBatch(owner, x);
  if (!standsInTime(x)) return;
  shapeError(
    owner,
    "samples [B, N] or images [B, C, H, W] without a time axis",
    x.shape,
    "It counts as a sequence [T, B, ...] already; flatten samples of several axes to [B, N].",
  );
}

/** Requires samples or a sequence of them: at least a batch axis and one more. */
export function requireBatch(owner: string, x: Tensor): void {
  checkTensor(owner, x);
  if (x.shape.length >= 2) return;
  shapeError(owner, "a batch [B, ...] or a sequence [T, B, ...]", x.shape, "One sample is [1, N].");
}

/** Requires state of one step of the sequence `x`. */
export function requireState(symbol: string, state: Tensor, x: Tensor): void {
  checkTensor(symbol, state, x);
  const expected = describeShape(x.shape.slice(1));
  if (state.format === x.format && describeShape(state.shape) === expected) return;
  shapeError(
    symbol,
    `${x.format} state of shape ${expected}`,
    state.shape,
    "State is [B, ...] as the input.",
  );
}

/** The steps of a sequence and the numbers of one step; what does not stand in time is one step. */
export function sequenceSize(x: Tensor): { steps: number; size: number } {
  const steps = standsInTime(x) ? (x.shape[0] as number) : 1;
  return { steps, size: x.size / steps };
}

/**
 * For products: how many steps of `x` must not depend on each other, unless a backward pass follows.
 *
 * @param parts all that the product is computed from
 */
export function separateStepsOf(x: Tensor, parts: readonly Tensor[]): number | undefined {
  return isRecorded(parts) ? undefined : sequenceSize(x).steps;
}

/** The last axis; 0 for a single number. */
export function lastAxis(x: Tensor): number {
  return x.shape.at(-1) ?? 0;
}
