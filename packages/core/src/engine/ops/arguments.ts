import { ShapeError } from "../../errors.ts";
import { checkTensor } from "../check-tensor.ts";
import { describeShape, type Tensor } from "../tensor.ts";

const OPERAND_HINT = "For a number use `scale`, or make a tensor with `tensor(values, shape)`.";

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

/** Requires equal shapes. */
export function requireSameShape(owner: string, a: Tensor, b: Tensor): void {
  checkTensor(owner, a, undefined, OPERAND_HINT);
  checkTensor(owner, b, a, OPERAND_HINT);
  if (a.shape.length === b.shape.length && a.shape.every((n, axis) => n === b.shape[axis])) return;
  shapeError(
    owner,
    `a tensor of shape ${describeShape(a.shape)}`,
    b.shape,
    "Both operands need the same shape.",
  );
}

/** Requires at least one leading axis, the time axis, and no empty one. */
export function requireSequence(owner: string, x: Tensor): void {
  checkTensor(owner, x);
  if (x.shape.length >= 2 && x.shape.every((n) => n > 0)) return;
  shapeError(
    owner,
    "a sequence [T, B, ...] with T >= 1",
    x.shape,
    "The first axis is time; it may not be empty.",
  );
}

/** Splits `[T, B, ...]` into steps and the size of one step. */
export function sequenceSize(x: Tensor): { steps: number; size: number } {
  const steps = x.shape[0] as number;
  return { steps, size: x.size / steps };
}

/** The last axis; 0 for a single number. */
export function lastAxis(x: Tensor): number {
  return x.shape.at(-1) ?? 0;
}
