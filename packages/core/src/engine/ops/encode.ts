import { checkBoolean, checkInteger, checkNumber, checkOptions } from "../../checks.ts";
import type { Tensor } from "../tensor.ts";
import { requireSamples, requireSequence, sequenceSize } from "./arguments.ts";

function encoded(owner: string, x: Tensor, steps: number): Tensor {
  requireSamples(owner, x);
  checkInteger(`${owner}.steps`, steps, { min: 1 }, "It is the number of time steps T.");
  return x.engine.empty([steps, ...x.shape], x.format);
}

/**
 * Independent spikes with probability `x` (clamped to 0..1) at every step.
 *
 * @param x f32 [B, N] or image [B, C, H, W]
 * @param options `key`: 32-bit key, same key, same spikes
 * @returns f32 [T, B, ...], 0 or 1
 * @throws ShapeError when `x` stands in time already
 */
export function bernoulli(x: Tensor, options: { steps: number; key: number }): Tensor {
  checkOptions("bernoulli", options, { steps: true, key: true }, "{ steps: 10, key: 1 }");
  checkInteger("bernoulli.key", options.key, {});
  const y = encoded("bernoulli", x, options.steps);
  const size = { steps: options.steps, size: x.size };
  x.engine.backend.bernoulli(size, options.key, x.storage, y.storage, x.imageSize());
  return y;
}

/**
 * Time to first spike: one spike at `t = round((1 - x) (T - 1))` for x > 0 (clamped to 1), none for x <= 0.
 *
 * @param x f32 [B, N] or image [B, C, H, W]
 * @returns f32 [T, B, ...], 0 or 1
 * @throws ShapeError when `x` stands in time already
 */
export function latency(x: Tensor, options: { steps: number }): Tensor {
  checkOptions("latency", options, { steps: true }, "{ steps: 10 }");
  const y = encoded("latency", x, options.steps);
  x.engine.backend.latency({ steps: options.steps, size: x.size }, x.storage, y.storage);
  return y;
}

/**
 * 1 where `x` rose by at least `threshold` since the step before (x[-1] = 0);
 * with `signed` also -1 where it fell as much.
 *
 * @param x f32 [T, B, ...]
 * @throws ShapeError when `x` does not stand in time
 */
export function delta(x: Tensor, options: { threshold: number; signed?: boolean }): Tensor {
  requireSequence("delta", x);
  checkOptions("delta", options, { threshold: true, signed: true }, "{ threshold: 0.1 }");
  const threshold = checkNumber("delta.threshold", options.threshold, {});
  const signed = checkBoolean("delta.signed", options.signed ?? false);
  const y = x.engine.empty(x.shape, x.format);
  x.engine.backend.delta(sequenceSize(x), threshold, signed, x.storage, y.storage);
  return y;
}
