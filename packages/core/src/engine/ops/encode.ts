import type { Tensor } from "../tensor.ts";
import { ShapeError } from "../../errors.ts";
import { requireSequence, sequenceSize } from "./arguments.ts";

function encoded(owner: string, x: Tensor, steps: number): Tensor {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ShapeError(`${owner}: expected a whole number of time steps T >= 1, got ${steps}.`);
  }
  return x.engine.empty([steps, ...x.shape], x.format);
}

/**
 * Independent spikes with probability `x` (clamped to 0..1) at every step.
 *
 * @param x f32 [B, ...]
 * @param options `key`: 32-bit key, same key, same spikes
 * @returns f32 [T, B, ...], 0 or 1
 */
export function bernoulli(x: Tensor, options: { steps: number; key: number }): Tensor {
  const y = encoded("bernoulli", x, options.steps);
  const size = { steps: options.steps, size: x.size };
  x.engine.backend.bernoulli(size, options.key, x.storage, y.storage, x.imageSize());
  return y;
}

/**
 * Time to first spike: one spike at `t = round((1 - x) (T - 1))` for x > 0 (clamped to 1), none for x <= 0.
 *
 * @param x f32 [B, ...]
 * @returns f32 [T, B, ...], 0 or 1
 */
export function latency(x: Tensor, options: { steps: number }): Tensor {
  const y = encoded("latency", x, options.steps);
  x.engine.backend.latency({ steps: options.steps, size: x.size }, x.storage, y.storage);
  return y;
}

/**
 * 1 where `x` rose by at least `threshold` since the step before (x[-1] = 0);
 * with `signed` also -1 where it fell as much.
 *
 * @param x f32 [T, B, ...]
 */
export function delta(x: Tensor, options: { threshold: number; signed?: boolean }): Tensor {
  requireSequence("delta", x);
  const y = x.engine.empty(x.shape, x.format);
  x.engine.backend.delta(sequenceSize(x), options.threshold, options.signed ?? false, x.storage, y.storage);
  return y;
}
