import { checkInteger } from "../../checks.ts";
import { scopeOr } from "../scope.ts";
import { record } from "../autograd.ts";
import type { Format, Tensor } from "../tensor.ts";
import { requireBatch, requireSamples, requireSequence, sequenceSize, shapeError } from "./arguments.ts";
import { refuseInStream } from "../streaming.ts";
import { keepSteps, paddingOf, scaleRows } from "./padding.ts";

/**
 * `y[t] = x`: [B, ...] -> [T, B, ...]; a constant input current.
 *
 * @param x f32 [B, N] or image [B, C, H, W]
 * @throws ShapeError when `x` stands in time already, or `steps` is not a whole number of at least 1
 */
export function repeatOverTime(x: Tensor, steps: number): Tensor {
  const owner = scopeOr("repeatOverTime");
  checkInteger(`${owner}.steps`, steps, { min: 1 }, "It is the number of time steps T.");
  requireSamples(owner, x);
  return repeated(x, steps);
}

/** One time step, [B, ...] of any number of axes, as the sequence [1, B, ...]. */
export function singleStep(x: Tensor): Tensor {
  const owner = scopeOr("singleStep");
  requireBatch(owner, x);
  return repeated(x, 1);
}

function repeated(x: Tensor, steps: number): Tensor {
  const { engine } = x;
  const size = { steps, size: x.size };
  const y = engine.empty([steps, ...x.shape], x.format);
  const { time } = engine.backend;
  time.repeat(size, { x: x.storage, y: y.storage });
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, x.format);
    time.sum(size, { x: (gy as Tensor).storage, y: gx.storage }, 1);
    return [gx];
  });
  return y;
}

/**
 * `y = sum_t x[t]` over the steps that count: those of the running step's lengths (`setLengths`), or of `lengths`.
 *
 * @param lengths B whole numbers of steps
 * @throws ShapeError for a tensor without time, or lengths that do not fit
 */
export function sumOverTime(x: Tensor, lengths?: ArrayLike<number>): Tensor {
  const owner = scopeOr("sumOverTime");
  requireWhole(owner, x);
  const padding = paddingOf(owner, x, lengths);
  return weightedSum(padding ? keepSteps(x, padding) : x, 1, owner);
}

/** `y = mean_t x[t]` over the steps that count, as `sumOverTime`; of spikes, the firing rate. */
export function meanOverTime(x: Tensor, lengths?: ArrayLike<number>): Tensor {
  const owner = scopeOr("meanOverTime");
  requireWhole(owner, x);
  const padding = paddingOf(owner, x, lengths);
  if (padding === undefined) return weightedSum(x, 1 / sequenceSize(x).steps, owner);
  return scaleRows(weightedSum(keepSteps(x, padding), 1, owner), padding.inverse);
}

/** The only step of a sequence [1, B, ...]. */
export function onlyStep(x: Tensor): Tensor {
  const owner = scopeOr("onlyStep");
  requireSequence(owner, x);
  if (x.shape[0] === 1) return weightedSum(x, 1, owner);
  shapeError(owner, "a sequence of one step [1, B, ...]", x.shape, "Step by step, each call gets one.");
}

function requireWhole(owner: string, x: Tensor): void {
  requireSequence(owner, x);
  refuseInStream(owner);
}

function weightedSum(x: Tensor, factor: number, owner: string): Tensor {
  requireSequence(owner, x);
  const { engine } = x;
  const size = sequenceSize(x);
  const y = engine.empty(x.shape.slice(1), x.format);
  const { time, elementwise } = engine.backend;
  time.sum(size, { x: x.storage, y: y.storage }, factor);
  record([x], [y], ([gy]) => {
    const scaled = engine.empty(y.shape, y.format);
    const gx = engine.empty(x.shape, x.format);
    elementwise.scale(scaled.size, { x: (gy as Tensor).storage, out: scaled.storage }, factor);
    time.repeat(size, { x: scaled.storage, y: gx.storage });
    return [gx];
  });
  return y;
}

/** `y = max_t x[t]` over the steps that count, as `sumOverTime`; the gradient goes to the first maximum. */
export function maxOverTime(x: Tensor, lengths?: ArrayLike<number>): Tensor {
  const owner = scopeOr("maxOverTime");
  requireWhole(owner, x);
  const padding = paddingOf(owner, x, lengths);
  return highest(padding ? keepSteps(x, padding, -Infinity) : x);
}

function highest(x: Tensor): Tensor {
  const { engine } = x;
  const size = sequenceSize(x);
  const format: Format = x.format;
  const y = engine.empty(x.shape.slice(1), format);
  const winner = engine.empty(y.shape, format);
  const { time } = engine.backend;
  time.max(size, { x: x.storage, y: y.storage, winner: winner.storage });
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, format);
    time.maxBackward(size, { gy: (gy as Tensor).storage, winner: winner.storage, gx: gx.storage });
    return [gx];
  });
  return y;
}
