import { checkNumber, checkOneOf, checkOptions, refuse } from "../../checks.ts";
import { scopeOr } from "../scope.ts";
import { record } from "../autograd.ts";
import type { ElementwiseBackend, Relation } from "../backend/index.ts";
import { checkTensor } from "../check-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { requireSize } from "./arguments.ts";
import { aligned } from "./broadcast.ts";

type Binary = "add" | "subtract" | "multiply" | "divide";
type Unary = "relu" | "exp" | "tanh" | "sqrt";

/**
 * `a + b`. Shapes are compared from their last axes on: an axis that is missing, or of length 1, counts for every value
 * along that of the other, as [N], [B, N] and [T, 1, N] do for [T, B, N], and [C, 1, 1] for images.
 * @throws ShapeError for other shapes
 */
export function add(a: Tensor, b: Tensor): Tensor {
  const owner = scopeOr("add");
  const operands = aligned(owner, a, b);
  const y = combined("add", ...operands);
  record(operands, [y], ([gy]) => [gy, gy]);
  return y;
}

/**
 * `a - b`, shapes as in `add`.
 * @throws ShapeError for other shapes
 */
export function subtract(a: Tensor, b: Tensor): Tensor {
  const operands = aligned("subtract", a, b);
  const y = combined("subtract", ...operands);
  record(operands, [y], ([gy]) => [gy, b.requiresGrad ? scale(gy as Tensor, -1) : undefined]);
  return y;
}

/**
 * `a * b`, shapes as in `add`.
 * @throws ShapeError for other shapes
 */
export function multiply(a: Tensor, b: Tensor): Tensor {
  const owner = scopeOr("multiply");
  const operands = aligned(owner, a, b);
  const [left, right] = operands;
  const y = combined("multiply", left, right);
  record(operands, [y], ([gy]) => [
    a.requiresGrad ? combined("multiply", gy as Tensor, right) : undefined,
    b.requiresGrad ? combined("multiply", gy as Tensor, left) : undefined,
  ]);
  return y;
}

/**
 * `a / b`, shapes as in `add`; 0 / 0 is NaN.
 * @throws ShapeError for other shapes
 */
export function divide(a: Tensor, b: Tensor): Tensor {
  const operands = aligned("divide", a, b);
  const [left, right] = operands;
  const y = combined("divide", left, right);
  record(operands, [y], ([gy]) => {
    const ga = combined("divide", gy as Tensor, right);
    return [ga, b.requiresGrad ? scale(combined("multiply", ga, y), -1) : undefined];
  });
  return y;
}

/**
 * 1 where `a` stands in the relation to `b`, else 0; no gradient. Shapes as in `add`.
 * @throws MyelinError for an unknown relation
 * @throws ShapeError for other shapes
 */
export function compare(a: Tensor, relation: Relation, b: Tensor): Tensor {
  checkOneOf("compare.relation", relation, RELATIONS);
  const [left, right] = aligned("compare", a, b);
  const y = left.engine.empty(left.shape, left.format);
  const buffers = { a: left.storage, b: right.storage, out: y.storage };
  left.engine.backend.elementwise.compare(y.size, buffers, relation);
  return y;
}

const RELATIONS: readonly Relation[] = [
  "less",
  "lessOrEqual",
  "equal",
  "notEqual",
  "greaterOrEqual",
  "greater",
];

/** `factor * x`. */
export function scale(x: Tensor, factor: number): Tensor {
  checkTensor("scale", x);
  if (typeof factor !== "number") refuse("scale.factor", "a number", factor, "`multiply` takes two tensors.");
  const y = x.engine.empty(x.shape, x.format);
  x.engine.backend.elementwise.scale(y.size, { x: x.storage, out: y.storage }, factor);
  record([x], [y], ([gy]) => [scale(gy as Tensor, factor)]);
  return y;
}

/** `x + offset`. */
export function shift(x: Tensor, offset: number): Tensor {
  checkTensor("shift", x);
  checkNumber("shift.offset", offset, {}, "`add` takes two tensors.");
  const y = x.engine.empty(x.shape, x.format);
  x.engine.backend.elementwise.shift(y.size, { x: x.storage, out: y.storage }, offset);
  record([x], [y], ([gy]) => [gy]);
  return y;
}

/** `max(x, 0)`. */
export function relu(x: Tensor): Tensor {
  const y = applied("relu", x);
  record([x], [y], ([gy]) => {
    const gx = x.engine.empty(x.shape, x.format);
    const buffers = { y: y.storage, gy: (gy as Tensor).storage, gx: gx.storage };
    x.engine.backend.elementwise.reluBackward(gx.size, buffers);
    return [gx];
  });
  return y;
}

/** `e^x`. */
export function exp(x: Tensor): Tensor {
  const y = applied("exp", x);
  record([x], [y], ([gy]) => [combined("multiply", gy as Tensor, y)]);
  return y;
}

/** `tanh(x)`; the gradient is `gy (1 - y^2)`. */
export function tanh(x: Tensor): Tensor {
  const y = applied("tanh", x);
  record([x], [y], ([gy]) => {
    const lost = combined("multiply", combined("multiply", gy as Tensor, y), y);
    return [combined("subtract", gy as Tensor, lost)];
  });
  return y;
}

/** `sqrt(x)`, NaN below 0; the gradient is `gy / (2 y)`, infinite at 0. */
export function sqrt(x: Tensor): Tensor {
  const y = applied("sqrt", x);
  record([x], [y], ([gy]) => [combined("divide", scale(gy as Tensor, 0.5), y)]);
  return y;
}

/**
 * `min(max(x, min), max)`; the gradient passes where `x` was inside, limits included.
 * @param limits `min`, `max` or both
 * @throws MyelinError when neither limit is given, or `min` is above `max`
 */
export function clamp(x: Tensor, limits: { readonly min?: number; readonly max?: number }): Tensor {
  checkTensor("clamp", x);
  checkOptions("clamp.limits", limits, { min: true, max: true }, "{ min: -1, max: 1 }");
  const { min: least = -Infinity, max: most = Infinity } = limits;
  if (limits.min === undefined && limits.max === undefined) {
    refuse("clamp.limits", "a `min`, a `max` or both", limits);
  }
  if (limits.min !== undefined) checkNumber("clamp.limits.min", least, {});
  if (limits.max !== undefined) checkNumber("clamp.limits.max", most, { min: least });
  const y = x.engine.empty(x.shape, x.format);
  x.engine.backend.elementwise.clamp(y.size, { x: x.storage, out: y.storage }, { least, most });
  record([x], [y], ([gy]) => [combined("multiply", gy as Tensor, compare(x, "equal", y))]);
  return y;
}

/** `x * factor[0]`, with gradients for both. */
export function scaleBy(x: Tensor, factor: Tensor): Tensor {
  checkTensor("scaleBy", x);
  requireSize("scaleBy.factor", factor, 1, x);
  const { engine } = x;
  const { elementwise, reduce } = engine.backend;
  const y = engine.empty(x.shape, x.format);
  elementwise.scaleBy(y.size, { x: x.storage, factor: factor.storage, out: y.storage });
  record([x, factor], [y], ([gy]) => {
    const gx = engine.empty(x.shape, x.format);
    const gFactor = engine.empty(factor.shape);
    const incoming = (gy as Tensor).storage;
    elementwise.multiply(gx.size, { a: x.storage, b: incoming, out: gx.storage });
    reduce.sum(gx.size, { x: gx.storage, out: gFactor.storage });
    elementwise.scaleBy(gx.size, { x: incoming, factor: factor.storage, out: gx.storage });
    return [gx, gFactor];
  });
  return y;
}

/** Without a gradient. */
function combined(operation: Binary, a: Tensor, b: Tensor): Tensor {
  const y = a.engine.empty(a.shape, a.format);
  a.engine.backend.elementwise[operation](y.size, { a: a.storage, b: b.storage, out: y.storage });
  return y;
}

/** Without a gradient. */
function applied(operation: Unary & keyof ElementwiseBackend, x: Tensor): Tensor {
  checkTensor(operation, x);
  const y = x.engine.empty(x.shape, x.format);
  x.engine.backend.elementwise[operation](y.size, { x: x.storage, out: y.storage });
  return y;
}
