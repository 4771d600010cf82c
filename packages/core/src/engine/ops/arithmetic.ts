import { refuse } from "../../checks.ts";
import { record } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { keepSteps, paddingIfAny } from "./padding.ts";
import { requireSize, requireSameShape } from "./arguments.ts";

/** `a + b`, equal shapes. */
export function add(a: Tensor, b: Tensor, owner = "add"): Tensor {
  requireSameShape(owner, a, b);
  const y = a.engine.empty(a.shape, a.format);
  a.engine.backend.add(a.storage, b.storage, y.storage);
  record([a, b], [y], ([gy]) => [gy, gy]);
  return y;
}

/** `factor * x`. */
export function scale(x: Tensor, factor: number): Tensor {
  checkTensor("scale", x);
  if (typeof factor !== "number") refuse("scale.factor", "a number", factor, "`multiply` takes two tensors.");
  const y = x.engine.empty(x.shape, x.format);
  x.engine.backend.scale(x.storage, factor, y.storage);
  record([x], [y], ([gy]) => [scale(gy as Tensor, factor)]);
  return y;
}

/** `max(x, 0)`, for small tensors: it goes through the values one by one. */
export function relu(x: Tensor): Tensor {
  checkTensor("relu", x);
  const { engine } = x;
  const { backend } = engine;
  const y = engine.empty(x.shape, x.format);
  backend.map(x.storage, (value) => Math.max(value, 0), y.storage);
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, x.format);
    backend.map(y.storage, (value) => Number(value > 0), gx.storage);
    backend.multiply(gx.storage, (gy as Tensor).storage, gx.storage);
    return [gx];
  });
  return y;
}

/** `x * factor[0]`, with gradients for both. */
export function scaleBy(x: Tensor, factor: Tensor): Tensor {
  checkTensor("scaleBy", x);
  requireSize("scaleBy.factor", factor, 1, x);
  const { engine } = x;
  const { backend } = engine;
  const y = engine.empty(x.shape, x.format);
  backend.scaleBy(x.storage, factor.storage, y.storage);
  record([x, factor], [y], ([gy]) => {
    const gx = engine.empty(x.shape, x.format);
    const gFactor = engine.empty(factor.shape);
    const incoming = (gy as Tensor).storage;
    backend.multiply(x.storage, incoming, gx.storage);
    backend.sum(gx.storage, gFactor.storage);
    backend.scaleBy(incoming, factor.storage, gx.storage);
    return [gx, gFactor];
  });
  return y;
}

/** `a * b` elementwise, equal shapes. */
export function multiply(a: Tensor, b: Tensor, owner = "multiply"): Tensor {
  requireSameShape(owner, a, b);
  const y = a.engine.empty(a.shape, a.format);
  a.engine.backend.multiply(a.storage, b.storage, y.storage);
  record([a, b], [y], ([gy]) => [multiply(gy as Tensor, b), multiply(gy as Tensor, a)]);
  return y;
}

/** The sum of all values, a tensor of one number; of a sequence as the running step has, without its padding. */
export function sum(x: Tensor): Tensor {
  checkTensor("sum", x);
  const padding = paddingIfAny(x);
  return total(padding ? keepSteps(x, padding) : x);
}

function total(x: Tensor): Tensor {
  const y = x.engine.empty([]);
  x.engine.backend.sum(x.storage, y.storage);
  record([x], [y], ([gy]) => {
    const gx = x.engine.empty(x.shape, x.format);
    x.engine.backend.fill(gx.storage, 1);
    x.engine.backend.scaleBy(gx.storage, (gy as Tensor).storage, gx.storage);
    return [gx];
  });
  return y;
}

/** Sum of squares, added up in float64; not finite when any value is not. */
export async function sumOfSquares(x: Tensor): Promise<number> {
  checkTensor("sumOfSquares", x);
  return x.engine.backend.sumOfSquares(x.storage);
}

/** How many values are not zero. */
export async function countNonZero(x: Tensor): Promise<number> {
  checkTensor("countNonZero", x);
  return x.engine.backend.countNonZero(x.storage);
}
