import { checkArray, checkShape } from "../../checks.ts";
import { scopeOr } from "../scope.ts";
import { noGrad, record } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import { refuseInStream } from "../streaming.ts";
import { sizeOf, type Tensor } from "../tensor.ts";
import { requireBatch, requirePlain, requireSequence, shapeError, standsInTime } from "./arguments.ts";
import { plainOf } from "./images.ts";
import { lastSteps, paddingInTime } from "./padding.ts";

/** Image [..., C, H, W] to rows [..., C H W] in PyTorch's order; plain tensors [T, B, ...] to [T, B, N], and [B, N] as it is. */
export function flatten(x: Tensor): Tensor {
  const owner = scopeOr("flatten");
  requireBatch(owner, x);
  const image = x.imageSize();
  if (!image) {
    const leading = x.shape.slice(0, standsInTime(x) ? 2 : 1);
    return reshape(x, [...leading, x.size / sizeOf(leading)]);
  }
  return plainOf(x, [...x.shape.slice(0, -3), image.channels * image.positions]);
}

/** A view, for operations that record its gradient themselves. */
export function viewOf(x: Tensor, shape: readonly number[]): Tensor {
  return noGrad(x.engine, () => x.viewAs(shape));
}

/** The same values under another shape; plain tensors only. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const owner = scopeOr("reshape");
  requirePlain(owner, x);
  checkShape(`${owner}.shape`, shape, 0);
  if (sizeOf(shape) !== x.size) {
    shapeError(owner, `a shape of ${sizeOf(shape)} values`, x.shape, "Reshaping keeps the number of values.");
  }
  const y = viewOf(x, shape);
  record([x], [y], ([gy]) => [(gy as Tensor).viewAs(x.shape)]);
  return y;
}

/**
 * Splits [T, B, ...] into T tensors [B, ...] (plain tensors).
 *
 * @throws ShapeError when `x` is an image or does not stand in time
 */
export function unstack(x: Tensor): Tensor[] {
  const owner = scopeOr("unstack");
  requirePlain(owner, x);
  requireSequence(owner, x);
  refuseInStream(owner);
  return alongFirstAxis(x);
}

/** The parts of a plain tensor along its first axis, whatever that is. */
export function alongFirstAxis(x: Tensor): Tensor[] {
  const [steps = 0, ...rest] = x.shape;
  const size = sizeOf(rest);
  const parts = Array.from({ length: steps }, (_, t) => partOf(x, rest, t * size));
  record([x], parts, (gradients) => {
    const gx = x.engine.empty(x.shape);
    const { elementwise } = x.engine.backend;
    gradients.forEach((gradient, t) => {
      const range = { length: size, from: 0, to: t * size };
      if (gradient) elementwise.copyRange(range, { x: gradient.storage, out: gx.storage });
      else elementwise.fillRange(range, { out: gx.storage }, 0);
    });
    return [gx];
  });
  return parts;
}

/** A copy of `count` steps of a sequence from `first` on, without a gradient. */
export function stepsOf(x: Tensor, first: number, count: number): Tensor {
  const sample = x.shape.slice(1);
  return partOf(x, [count, ...sample], first * sizeOf(sample));
}

/** A copy of the values from `from` on, for operations that record its gradient themselves. */
function partOf(x: Tensor, shape: readonly number[], from: number): Tensor {
  const part = x.engine.empty(shape, x.format);
  const range = { length: part.size, from, to: 0 };
  x.engine.backend.elementwise.copyRange(range, { x: x.storage, out: part.storage });
  return part;
}

/** Joins T tensors [...] to [T, ...] (plain tensors of equal shape). */
export function stack(parts: readonly Tensor[]): Tensor {
  const owner = scopeOr("stack");
  checkArray(owner, parts, "an array of tensors", (symbol, part) => checkTensor(symbol, part));
  const first = parts[0];
  if (!first) shapeError(owner, "at least one tensor", [0], "A sequence has at least one step.");
  const { engine } = first;
  const y = engine.empty([parts.length, ...first.shape]);
  parts.forEach((part, t) => {
    requirePlain(owner, part);
    checkTensor(owner, part, first);
    if (part.size !== first.size)
      shapeError(owner, "tensors of equal shape", part.shape, "All steps share a shape.");
    const range = { length: first.size, from: 0, to: t * first.size };
    engine.backend.elementwise.copyRange(range, { x: part.storage, out: y.storage });
  });
  record(parts, [y], ([gy]) => parts.map((part, t) => partOf(gy as Tensor, part.shape, t * first.size)));
  return y;
}

/** The last time step, [T, B, ...] -> [B, ...] (plain tensors); of a padded sequence the last of each sample. */
export function lastStep(x: Tensor): Tensor {
  requirePlain("lastStep", x);
  refuseInStream("lastStep");
  const padding = paddingInTime("lastStep", x);
  if (padding) return lastSteps(x, padding);
  requireSequence("lastStep", x);
  const [steps = 1, ...rest] = x.shape;
  const from = (steps - 1) * sizeOf(rest);
  const last = partOf(x, rest, from);
  record([x], [last], ([gradient]) => {
    const gx = x.engine.empty(x.shape);
    const { elementwise } = x.engine.backend;
    elementwise.fill(gx.size, { out: gx.storage }, 0);
    const range = { length: last.size, from: 0, to: from };
    elementwise.copyRange(range, { x: (gradient as Tensor).storage, out: gx.storage });
    return [gx];
  });
  return last;
}
