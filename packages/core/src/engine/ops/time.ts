import { checkInteger } from "../../checks.ts";
import { record } from "../autograd.ts";
import type { Format, Tensor } from "../tensor.ts";
import { requireBatch, requireSamples, requireSequence, sequenceSize } from "./arguments.ts";

/**
 * `y[t] = x`: [B, ...] -> [T, B, ...]; a constant input current.
 *
 * @param x f32 [B, N] or image [B, C, H, W]
 * @throws ShapeError when `x` stands in time already, or `steps` is not a whole number of at least 1
 */
export function repeatOverTime(x: Tensor, steps: number, owner = "repeatOverTime"): Tensor {
  checkInteger(`${owner}.steps`, steps, { min: 1 }, "It is the number of time steps T.");
  requireSamples(owner, x);
  return repeated(x, steps);
}

/** One time step, [B, ...] of any number of axes, as the sequence [1, B, ...]. */
export function singleStep(x: Tensor, owner = "singleStep"): Tensor {
  requireBatch(owner, x);
  return repeated(x, 1);
}

function repeated(x: Tensor, steps: number): Tensor {
  const { engine } = x;
  const size = { steps, size: x.size };
  const y = engine.empty([steps, ...x.shape], x.format);
  engine.backend.repeatOverTime(size, x.storage, y.storage);
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, x.format);
    engine.backend.sumOverTime(size, 1, (gy as Tensor).storage, gx.storage);
    return [gx];
  });
  return y;
}

/**
 * `y = sum_t x[t]`: [T, B, ...] -> [B, ...].
 *
 * @throws ShapeError when `x` does not stand in time
 */
export function sumOverTime(x: Tensor, owner = "sumOverTime"): Tensor {
  return weightedSum(x, 1, owner);
}

/** `y = mean_t x[t]`, as `sumOverTime`; of spikes, the firing rate. */
export function meanOverTime(x: Tensor, owner = "meanOverTime"): Tensor {
  requireSequence(owner, x);
  return weightedSum(x, 1 / sequenceSize(x).steps, owner);
}

function weightedSum(x: Tensor, factor: number, owner: string): Tensor {
  requireSequence(owner, x);
  const { engine } = x;
  const size = sequenceSize(x);
  const y = engine.empty(x.shape.slice(1), x.format);
  engine.backend.sumOverTime(size, factor, x.storage, y.storage);
  record([x], [y], ([gy]) => {
    const scaled = engine.empty(y.shape, y.format);
    const gx = engine.empty(x.shape, x.format);
    engine.backend.scale((gy as Tensor).storage, factor, scaled.storage);
    engine.backend.repeatOverTime(size, scaled.storage, gx.storage);
    return [gx];
  });
  return y;
}

/** `y = max_t x[t]`, as `sumOverTime`; the gradient goes to the first maximum. */
export function maxOverTime(x: Tensor, owner = "maxOverTime"): Tensor {
  requireSequence(owner, x);
  const { engine } = x;
  const size = sequenceSize(x);
  const format: Format = x.format;
  const y = engine.empty(x.shape.slice(1), format);
  const winner = engine.empty(y.shape, format);
  engine.backend.maxOverTime(size, x.storage, y.storage, winner.storage);
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, format);
    engine.backend.maxOverTimeBackward(size, (gy as Tensor).storage, winner.storage, gx.storage);
    return [gx];
  });
  return y;
}
