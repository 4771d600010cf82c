import { ShapeError } from "../../errors.ts";
import { describeShape, type Tensor } from "../tensor.ts";

/** Throws a ShapeError `<owner>: expected <expected>, got <shape>. <hint>`. */
export function shapeError(owner: string, expected: string, shape: readonly number[], hint: string): never {
  throw new ShapeError(`${owner}: expected ${expected}, got ${describeShape(shape)}. ${hint}`);
}

/** Requires an image tensor `[B, C, H, W]` or `[T, B, C, H, W]`. */
export function requireImage(owner: string, x: Tensor): void {
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
  if (x.format === "plain") return;
  shapeError(owner, "a plain tensor such as [T, B, N]", x.shape, "Flatten images first.");
}

/** Requires equal shapes. */
export function requireSameShape(owner: string, a: Tensor, b: Tensor): void {
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

/** The last axis. */
export function lastAxis(x: Tensor): number {
  return x.shape[x.shape.length - 1] as number;
}
