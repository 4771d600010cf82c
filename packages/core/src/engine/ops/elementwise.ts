import { refuse } from "../../checks.ts";
import { record } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { requireSize, requireSameShape } from "./arguments.ts";

/** `a + b`, equal shapes. */
export function add(a: Tensor, b: Tensor, owner = "add"): Tensor {
  requireSameShape(owner, a, b);
  const y = a.engine.empty(a.shape, a.format);
  a.engine.backend.elementwise.add(y.size, { a: a.storage, b: b.storage, out: y.storage });
  record([a, b], [y], ([gy]) => [gy, gy]);
  return y;
}

/** `factor * x`. */
export function scale(x: Tensor, factor: number): Tensor {
  checkTensor("scale", x);
  if (typeof factor !== "number") refuse("scale.factor", "a number", factor, "`multiply` takes two tensors.");
  const y = x.engine.empty(x.shape, x.format);
  x.engine.backend.elementwise.scale(y.size, { x: x.storage, out: y.storage }, factor);
  record([x], [y], ([gy]) => [scale(gy as Tensor, factor)]);
  return y;
}

/** `max(x, 0)`. */
export function relu(x: Tensor): Tensor {
  checkTensor("relu", x);
  const { engine } = x;
  const { elementwise } = engine.backend;
  const y = engine.empty(x.shape, x.format);
  elementwise.relu(y.size, { x: x.storage, out: y.storage });
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, x.format);
    elementwise.reluBackward(gx.size, { y: y.storage, gy: (gy as Tensor).storage, gx: gx.storage });
    return [gx];
  });
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

/** `a * b` elementwise, equal shapes. */
export function multiply(a: Tensor, b: Tensor, owner = "multiply"): Tensor {
  requireSameShape(owner, a, b);
  const y = a.engine.empty(a.shape, a.format);
  a.engine.backend.elementwise.multiply(y.size, { a: a.storage, b: b.storage, out: y.storage });
  record([a, b], [y], ([gy]) => [multiply(gy as Tensor, b), multiply(gy as Tensor, a)]);
  return y;
}
